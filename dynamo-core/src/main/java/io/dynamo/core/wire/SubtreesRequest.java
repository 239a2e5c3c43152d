package io.dynamo.core.wire;

import io.dynamo.core.tree.Prefix;
import java.util.List;

/**
 * Asks another owner for the children of some nodes of its hash tree.
 *
 * @param request names the request
 * @param store the store
 * @param partition the partition
 * @param prefixes the nodes
 * @param timeoutMicros how long the asker waits
 */
public record SubtreesRequest(long request, String store, int partition, List<Prefix> prefixes, long timeoutMicros)
        implements Message.Request {

    /** Most nodes in one question. */
    public static final int PREFIXES_MAX = 64;

    /**
     * Checks the number.
     *
     * @param request see the record
     * @param store see the record
     * @param partition see the record
     * @param prefixes see the record
     * @param timeoutMicros see the record
     */
    public SubtreesRequest {
        prefixes = List.copyOf(prefixes);
        if (prefixes.isEmpty() || prefixes.size() > PREFIXES_MAX) {
            throw new IllegalArgumentException(prefixes.size() + " nodes; allowed: 1 to " + PREFIXES_MAX);
        }
    }
}
