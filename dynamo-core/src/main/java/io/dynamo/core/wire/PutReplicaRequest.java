package io.dynamo.core.wire;

import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.VersionSet;
import java.util.List;

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
 * @param hintFor node ids of the owners for whom the receiver, a stand-in, is to keep it; empty if it is an owner itself
 */
@SuppressWarnings("ArrayRecordComponent") // handed over for good, never compared
public record PutReplicaRequest(
        long request,
        String store,
        byte[] key,
        VersionSet set,
        boolean sync,
        long timeoutMicros,
        CausalContext forgotten,
        List<String> hintFor)
        implements Message.Request {

    /**
     * For an owner.
     *
     * @param request see the record
     * @param store see the record
     * @param key see the record
     * @param set see the record
     * @param sync see the record
     * @param timeoutMicros see the record
     * @param forgotten see the record
     */
    public PutReplicaRequest(
            long request,
            String store,
            byte[] key,
            VersionSet set,
            boolean sync,
            long timeoutMicros,
            CausalContext forgotten) {
        this(request, store, key, set, sync, timeoutMicros, forgotten, List.of());
    }

    /**
     * Forgets nothing; for an owner.
     *
     * @param request see the record
     * @param store see the record
     * @param key see the record
     * @param set see the record
     * @param sync see the record
     * @param timeoutMicros see the record
     */
    public PutReplicaRequest(long request, String store, byte[] key, VersionSet set, boolean sync, long timeoutMicros) {
        this(request, store, key, set, sync, timeoutMicros, CausalContext.EMPTY, List.of());
    }
}
