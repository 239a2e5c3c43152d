package io.dynamo.core;

import io.dynamo.api.MemberView;
import io.dynamo.api.View;
import io.dynamo.core.replica.Hints;

/** What a node shows of the others: how they stand, and what waits for them here. Thread: any. */
final class NodeView {

    private NodeView() {}

    /**
     * The whole view.
     *
     * @param standing how they stand
     * @param hints what waits for them
     */
    static View of(View standing, Hints.Figures hints) {
        return new View(
                standing.node(),
                standing.members().stream().map(member -> with(member, hints)).toList(),
                standing.catchingUp());
    }

    private static MemberView with(MemberView member, Hints.Figures hints) {
        return new MemberView(
                member.id(),
                member.state(),
                member.since(),
                member.why(),
                member.lastHeard(),
                member.answersWithin(),
                hints.waitingFor(member.id()).count(),
                hints.owedTo(member.id()));
    }
}
