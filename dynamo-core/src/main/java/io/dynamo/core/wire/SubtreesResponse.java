package io.dynamo.core.wire;

import java.util.List;

/**
 * Nodes of a hash tree, as they were asked for.
 *
 * @param request names the request
 * @param nodes in the order of the question; empty if the tree is not ready any more
 */
public record SubtreesResponse(long request, List<TreeNode> nodes) implements Message.Response {

    /**
     * Copies the list.
     *
     * @param request see the record
     * @param nodes see the record
     */
    public SubtreesResponse {
        nodes = List.copyOf(nodes);
    }
}
