package io.dynamo.core.wire;

/**
 * Asks a replica for a page of the keys it holds in a partition.
 *
 * @param request names the request
 * @param store the store
 * @param partition the partition
 * @param after the key before the page; empty for the first
 * @param limit most keys in a page
 * @param timeoutMicros how long the asker waits
 */
@SuppressWarnings("ArrayRecordComponent") // handed over for good, never compared
public record ListKeysRequest(long request, String store, int partition, byte[] after, int limit, long timeoutMicros)
        implements Message.Request {

    /** Most keys in a page. */
    public static final int LIMIT_MAX = 1024;

    /**
     * Checks the range.
     *
     * @param request see the record
     * @param store see the record
     * @param partition see the record
     * @param after see the record
     * @param limit see the record
     * @param timeoutMicros see the record
     */
    public ListKeysRequest {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException("limit = " + limit + "; allowed: 1 to " + LIMIT_MAX);
        }
    }
}
