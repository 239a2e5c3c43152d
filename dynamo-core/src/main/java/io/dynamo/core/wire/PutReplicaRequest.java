package io.dynamo.core.wire;

import io.dynamo.core.causality.CausalContext;
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
 * @param forgotten what goes once the set is merged, because its coordinator truncated the record; empty in repairs
 */
@SuppressWarnings("ArrayRecordComponent") // handed over for good, never compared
public record PutReplicaRequest(
        long request,
        String store,
        byte[] key,
        VersionSet set,
        boolean sync,
        long timeoutMicros,
        CausalContext forgotten)
        implements Message.Request {

    /**
     * Forgets nothing.
     *
     * @param request see the record
     * @param store see the record
     * @param key see the record
     * @param set see the record
     * @param sync see the record
     * @param timeoutMicros see the record
     */
    public PutReplicaRequest(long request, String store, byte[] key, VersionSet set, boolean sync, long timeoutMicros) {
        this(request, store, key, set, sync, timeoutMicros, CausalContext.EMPTY);
    }
}
