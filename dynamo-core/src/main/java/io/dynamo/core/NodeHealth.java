package io.dynamo.core;

import io.dynamo.api.CatchingUp;
import io.dynamo.api.Health;
import io.dynamo.api.View;
import io.dynamo.core.config.NodeSettings;
import io.dynamo.core.coordinate.Peer;
import io.dynamo.core.membership.Membership;
import io.dynamo.core.replica.Behind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a node can be used: what it says of itself, and which members it can reach. Thread: any. */
final class NodeHealth {

    private final NodeSettings settings;
    private final Membership membership;
    private final Behind behind;
    private final NodeLanes lanes;

    NodeHealth(NodeSettings settings, Membership membership, Behind behind, NodeLanes lanes) {
        this.settings = settings;
        this.membership = membership;
        this.behind = behind;
        this.lanes = lanes;
    }

    View view() {
        return new View(settings.nodeId(), membership.view(), catchingUp());
    }

    private Optional<CatchingUp> catchingUp() {
        int missing = behind.count(settings.cluster().partitions());
        return missing == 0
                ? Optional.empty()
                : Optional.of(new CatchingUp(missing, isUndecided() ? membership.unheard() : lanes.waitingFor()));
    }

    private boolean isUndecided() {
        return behind.state() == Behind.State.UNDECIDED;
    }

    /**
     * The answer as of now.
     *
     * @param why it does not serve; empty if it does
     */
    Health now(String why) {
        List<String> missing = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        for (Peer peer : membership.peers()) {
            if (!peer.isLinked()) {
                missing.add(peer.id());
                reasons.add(peer.id() + ": " + peer.problem());
            }
        }
        catchingUp()
                .ifPresent(lacks -> reasons.add("answers no readers of " + lacks.partitions()
                        + " partitions, as its data may be lost; waits for " + lacks.waitingFor()));
        String said = why.isEmpty() ? String.join("; ", reasons) : why;
        boolean isReady = why.isEmpty() && !isUndecided() && canReachQuorums();
        return new Health(settings.nodeId(), why.isEmpty(), isReady, missing, said);
    }

    /** R and W by owners or stand-ins, and what only owners can give by them. */
    private boolean canReachQuorums() {
        NodeSettings.RequestDefaults defaults = settings.storeDefaults().defaults();
        int r = defaults.r().orElse(1);
        int w = defaults.w().orElse(1);
        int neededOwners = Math.max(defaults.pr().orElse(0), defaults.pw().orElse(0));
        for (int partition = 0; partition < settings.cluster().partitions(); partition++) {
            int linked = 0;
            int owners = 0;
            Peer[] list = membership.route().preferenceList(partition);
            for (int rank = 0; rank < list.length; rank++) {
                linked += list[rank].isLinked() ? 1 : 0;
                owners +=
                        list[rank].isLinked() && rank < settings.storeDefaults().n() ? 1 : 0;
            }
            int readable = linked - (behind.lacks(partition) ? 1 : 0);
            if (readable < r || linked < w || owners < neededOwners) {
                return false;
            }
        }
        return true;
    }
}
