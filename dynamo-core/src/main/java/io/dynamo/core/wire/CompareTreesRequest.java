package io.dynamo.core.wire;

import io.dynamo.core.tree.Digest;
import java.util.List;

/**
 * Asks another owner whether it holds the same in a partition (Dynamo §4.7).
 *
 * @param request names the request
 * @param partition the partition
 * @param format of the digests
 * @param roots what the asker holds in stores that both own
 * @param timeoutMicros how long the asker waits
 */
public record CompareTreesRequest(long request, int partition, int format, List<Root> roots, long timeoutMicros)
        implements Message.Request {

    /**
     * All that is held in a store.
     *
     * @param store its name
     * @param digest of all its records
     */
    public record Root(String store, Digest digest) {}

    /**
     * Copies the list.
     *
     * @param request see the record
     * @param partition see the record
     * @param format see the record
     * @param roots see the record
     * @param timeoutMicros see the record
     */
    public CompareTreesRequest {
        roots = List.copyOf(roots);
    }
}
