package io.dynamo.core.wire;

import io.dynamo.core.tree.Prefix;

/**
 * Asks another owner for the keys below a node of its hash tree, and their digests.
 *
 * @param request names the request
 * @param store the store
 * @param partition the partition
 * @param prefix the node
 * @param after place of the record before the page: spread and key; empty for the first page
 * @param limit most records in a page
 * @param timeoutMicros how long the asker waits
 */
@SuppressWarnings("ArrayRecordComponent") // handed over for good, never compared
public record LeafRequest(
        long request, String store, int partition, Prefix prefix, byte[] after, int limit, long timeoutMicros)
        implements Message.Request {

    /** Most records in a page. */
    public static final int LIMIT_MAX = 1024;

    /**
     * Checks the ranges.
     *
     * @param request see the record
     * @param store see the record
     * @param partition see the record
     * @param prefix see the record
     * @param after see the record
     * @param limit see the record
     * @param timeoutMicros see the record
     */
    public LeafRequest {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException("limit = " + limit + "; allowed: 1 to " + LIMIT_MAX);
        }
        if (after.length > 0 && after.length < Long.BYTES) {
            throw new IllegalArgumentException("a place of " + after.length + " bytes in a tree");
        }
    }
}
