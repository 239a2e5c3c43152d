package io.dynamo.api;

import java.util.List;
import java.util.Optional;

/**
 * What a node believes of the members of its cluster (Dynamo §4.8.3). It finds out by itself and tells nobody, so that the
 * views of two nodes may differ.
 *
 * @param node whose view it is
 * @param members all of them, in the order of their ids
 * @param catchingUp what the node itself lacks; empty if it answers readers
 */
public record View(String node, List<MemberView> members, Optional<CatchingUp> catchingUp) {

    /**
     * Copies the list.
     *
     * @param node see the record
     * @param members see the record
     * @param catchingUp see the record
     */
    public View {
        members = List.copyOf(members);
    }
}
