package io.dynamo.core.coordinate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Whom a request may ask, in order: the first N of the list that are up (Dynamo §4.6), and then whoever is left of it, for when
 * one of those fails or lets it wait. Held down is not out: who cannot be replaced is asked all the same.
 *
 * @param peers not to be changed
 * @param targets how many of them are asked in the first place
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Candidates(Peer[] peers, int targets) {

    /** All of a list, stand-ins included. */
    static Candidates of(Peer[] list, int n) {
        if (areAllUp(list)) {
            return new Candidates(list, Math.min(n, list.length));
        }
        List<Peer> ordered = new ArrayList<>(list.length);
        for (Peer peer : list) {
            if (peer.isUp()) {
                ordered.add(peer);
            }
        }
        for (Peer peer : list) {
            if (!peer.isUp() && peer.isLinked()) {
                ordered.add(peer);
            }
        }
        for (Peer peer : list) {
            if (!peer.isUp() && !peer.isLinked()) {
                ordered.add(peer);
            }
        }
        return new Candidates(ordered.toArray(Peer[]::new), Math.min(n, list.length));
    }

    private static boolean areAllUp(Peer[] list) {
        for (Peer peer : list) {
            if (!peer.isUp()) {
                return false;
            }
        }
        return true;
    }

    /** Its first N only. */
    static Candidates primaries(Peer[] list, int n) {
        return of(Arrays.copyOf(list, Math.min(n, list.length)), n);
    }

    /** With this node among the first, in addition if need be: what it coordinates it has stored before it asks anybody. */
    Candidates withSelf() {
        for (int i = targets; i < peers.length; i++) {
            if (peers[i].isSelf()) {
                Peer[] moved = peers.clone();
                System.arraycopy(peers, 0, moved, 1, i);
                moved[0] = peers[i];
                return new Candidates(moved, targets + 1);
            }
        }
        return this;
    }

    /** The first ones in another order. */
    Candidates sorted(Comparator<Peer> order) {
        Peer[] sorted = peers.clone();
        Arrays.sort(sorted, 0, targets, order);
        return new Candidates(sorted, targets);
    }

    /** The ids of those that are asked in the first place. */
    List<String> targetIds() {
        return Arrays.stream(peers, 0, targets).map(Peer::id).toList();
    }
}
