package io.dynamo.core.coordinate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Who may coordinate a write, and so mint for its key: anybody in the key's list (Dynamo §4.5, §4.6).
 *
 * <p>Owners come before this node if it only stands in for them: what a stand-in mints needs an actor of its own for each life
 * of its hint, and it knows no more of the key than that hint.
 */
final class Coordinators {

    private Coordinators() {}

    /** In the order of preference; this node alone if it is an owner, and last if nobody else is left. */
    static Peer[] of(Peer[] list, int n) {
        List<Peer> owners = new ArrayList<>(n);
        List<Peer> standIns = new ArrayList<>(n);
        List<Peer> heldDown = new ArrayList<>(n);
        Peer self = null;
        for (int rank = 0; rank < list.length; rank++) {
            Peer peer = list[rank];
            boolean isOwner = rank < n;
            if (peer.isSelf()) {
                if (isOwner) {
                    return new Peer[] {peer};
                }
                self = peer;
            }
            if (!peer.isUp()) {
                if (isOwner && peer.isLinked()) {
                    heldDown.add(peer);
                }
            } else if (isOwner) {
                owners.add(peer);
            } else if (owners.size() + standIns.size() < n) {
                standIns.add(peer);
            }
        }
        // This node costs least, so it is the first of the stand-ins if it is one.
        List<Peer> ordered = new ArrayList<>(list.length);
        for (List<Peer> group : List.of(owners, standIns, heldDown)) {
            group.sort(Comparator.comparingLong(Peer::cost));
            ordered.addAll(group);
        }
        if (self != null && !ordered.contains(self)) {
            ordered.add(self);
        }
        return ordered.toArray(Peer[]::new);
    }
}
