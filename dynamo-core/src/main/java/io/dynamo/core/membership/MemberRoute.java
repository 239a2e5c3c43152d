package io.dynamo.core.membership;

import io.dynamo.core.coordinate.Peer;
import io.dynamo.core.coordinate.Route;
import io.dynamo.core.ring.Placement;
import java.util.function.Function;

/** A placement with the links to its members. */
final class MemberRoute implements Route {

    private final long digest;
    private final Peer[][] lists;

    MemberRoute(Placement placement, Function<String, Peer> peerById) {
        digest = placement.digest();
        lists = new Peer[placement.partitions()][];
        for (int partition = 0; partition < lists.length; partition++) {
            int[] members = placement.preferenceList(partition);
            Peer[] list = new Peer[members.length];
            for (int i = 0; i < list.length; i++) {
                list[i] = peerById.apply(placement.members().get(members[i]).id());
            }
            lists[partition] = list;
        }
    }

    @Override
    public long digest() {
        return digest;
    }

    @Override
    public Peer[] preferenceList(int partition) {
        return lists[partition];
    }
}
