package io.dynamo.core.wire;

import io.dynamo.core.causality.VersionSet;

/**
 * Gives a replica what is known of a key, to be merged with what it holds (Dynamo §4.5).
 *
 * @param request names the request
 * @param store its store
 * @param key the application's key
 * @param set what is known
 * @param sync whether to sync it whatever the store promises
 * @param timeoutMicros how long the asker waits
 */
@SuppressWarnings("ArrayRecordComponent") // handed over for good, never compared
public record PutReplicaRequest(
        long request, String store, byte[] key, VersionSet set, boolean sync, long timeoutMicros)
        implements Message.Request {}
