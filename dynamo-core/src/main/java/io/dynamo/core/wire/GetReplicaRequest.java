package io.dynamo.core.wire;

/**
 * Asks a replica for what it holds of a key (Dynamo §4.5).
 *
 * @param request names the request
 * @param store its store
 * @param key the application's key
 * @param timeoutMicros how long the asker waits
 */
@SuppressWarnings("ArrayRecordComponent") // handed over for good, never compared
public record GetReplicaRequest(long request, String store, byte[] key, long timeoutMicros)
        implements Message.Request {}
