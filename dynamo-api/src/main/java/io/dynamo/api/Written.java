package io.dynamo.api;

import java.util.List;

/**
 * The receipt of a write that succeeded.
 *
 * @param context the caller's context and this one write, nothing else: a chained put with it replaces this write but
 *     never a concurrent one that the caller has not seen
 * @param id names the write
 * @param coordinator the node that minted the write's version
 * @param acknowledged the nodes that had acknowledged when the answer was given; later ones are not waited for
 * @param hinted those of them that hold the write for another node
 * @param trace what the request did; empty unless asked for with {@link Option#trace()}
 */
public record Written(
        Context context, WriteId id, String coordinator, List<String> acknowledged, List<String> hinted, Trace trace) {

    /**
     * Copies the lists.
     *
     * @param context see the record
     * @param id see the record
     * @param coordinator see the record
     * @param acknowledged see the record
     * @param hinted see the record
     * @param trace see the record
     */
    public Written {
        acknowledged = List.copyOf(acknowledged);
        hinted = List.copyOf(hinted);
    }
}
