package io.dynamo.examples.cart;

import io.dynamo.api.Health;
import io.dynamo.api.MemberView;
import io.dynamo.api.MemberView.State;
import io.dynamo.api.View;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /nodes} says, which the page asks: one answer for all nodes of this process, always 200.
 *
 * @param canStop whether they can be stopped and started one by one
 * @param nodes the usual one first
 */
record NodesView(boolean canStop, List<NodeView> nodes) {

    static NodesView of(Nodes nodes) {
        return new NodesView(
                nodes.canStop(),
                nodes.ids().stream().map(id -> NodeView.of(nodes, id)).toList());
    }

    /**
     * The health of a node, why, and how the others look from there.
     *
     * @param node the node's id
     * @param live whether it works
     * @param ready whether it can reach a quorum
     * @param missing the members it has no link to
     * @param problem why it is not live, or a member is missing; absent if all is well
     * @param others what it believes of the other members; empty if it does not run
     */
    record NodeView(
            String node,
            boolean live,
            boolean ready,
            List<String> missing,
            @Nullable String problem,
            List<Other> others) {

        static NodeView of(Nodes nodes, String id) {
            Health health = nodes.health(id);
            Optional<View> view = nodes.view(id);
            return new NodeView(
                    health.node(),
                    health.live(),
                    health.ready(),
                    health.missing(),
                    health.problem().isEmpty() ? null : health.problem(),
                    view.map(NodeView::others).orElse(List.of()));
        }

        private static List<Other> others(View view) {
            return view.members().stream()
                    .filter(member -> member.state() != State.SELF)
                    .map(Other::of)
                    .toList();
        }
    }

    /**
     * Another member, as one node sees it.
     *
     * @param node its id
     * @param state whether it can be asked
     * @param why what speaks against it; absent if nothing does
     * @param kept keys that are kept for it there, by a node that is no owner of them
     * @param owed keys that were written there, and that it has not acknowledged
     */
    record Other(String node, State state, @Nullable String why, long kept, long owed) {
        static Other of(MemberView member) {
            return new Other(
                    member.id(),
                    member.state(),
                    member.why().isEmpty() ? null : member.why(),
                    member.hints(),
                    member.owed());
        }
    }
}
