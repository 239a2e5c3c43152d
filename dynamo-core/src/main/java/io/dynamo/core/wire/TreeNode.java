package io.dynamo.core.wire;

import io.dynamo.core.tree.Digest;
import io.dynamo.core.tree.Prefix;
import java.util.List;

/**
 * A node of a hash tree.
 *
 * @param store whose tree it is
 * @param prefix where it is in the tree
 * @param children digests of its children; empty if the tree is no finer there
 */
public record TreeNode(String store, Prefix prefix, List<Digest> children) {

    /**
     * Checks the number of children.
     *
     * @param store see the record
     * @param prefix see the record
     * @param children see the record
     */
    public TreeNode {
        children = List.copyOf(children);
        if (!children.isEmpty() && children.size() != Prefix.FAN_OUT) {
            throw new IllegalArgumentException("a node of a tree with " + children.size() + " children");
        }
    }
}
