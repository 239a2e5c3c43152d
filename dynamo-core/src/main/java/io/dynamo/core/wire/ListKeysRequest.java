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
        implements Message.Request {}
