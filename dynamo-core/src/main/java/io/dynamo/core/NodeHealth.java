package io.dynamo.core;

import io.dynamo.api.Health;
import io.dynamo.core.config.NodeSettings;
import io.dynamo.core.coordinate.Peer;
import io.dynamo.core.membership.Membership;
import java.util.ArrayList;
import java.util.List;

/** Whether a node can be used: what it says of itself, and which members it can reach. Thread: any. */
final class NodeHealth {

    private NodeHealth() {}

    /**
     * The answer as of now.
     *
     * @param settings of the node
     * @param membership its links
     * @param why it does not serve; empty if it does
     */
    static Health of(NodeSettings settings, Membership membership, String why) {
        List<String> missing = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        for (Peer peer : membership.peers()) {
            if (!peer.isLinked()) {
                missing.add(peer.id());
                reasons.add(peer.id() + ": " + peer.problem());
            }
        }
        String said = why.isEmpty() ? String.join("; ", reasons) : why;
        boolean isReady = why.isEmpty() && canReachQuorums(settings, membership);
        return new Health(settings.nodeId(), why.isEmpty(), isReady, missing, said);
    }

    /** R and W by owners or stand-ins, and what only owners can give by them. */
    private static boolean canReachQuorums(NodeSettings settings, Membership membership) {
        NodeSettings.RequestDefaults defaults = settings.storeDefaults().defaults();
        int needed = Math.max(defaults.r().orElse(1), defaults.w().orElse(1));
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
            if (linked < needed || owners < neededOwners) {
                return false;
            }
        }
        return true;
    }
}
