package io.dynamo.core.sim;

import io.dynamo.api.WriteId;
import io.dynamo.core.wire.CoordinatePutRequest;
import io.dynamo.core.wire.CoordinatePutRequest.Before;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which nodes were asked to coordinate a write, and what they were told. Two versions of one write count as one to whoever
 * reads, and a coordinator that is cut off may mint a second one, so no history of clients shows a node that did so without
 * need. What must hold all the same: who is asked after another node is told so, and looks before it mints (traps T31).
 */
final class Askings {

    // In the order in which they were asked.
    private final Map<WriteId, List<Asked>> byWrite = new TreeMap<>();

    /** One node in the life of one write. */
    private static final class Asked {
        final String node;
        // Another node had minted it before this one was asked.
        final boolean isLate;
        boolean isTold;
        boolean hasMinted;
        boolean hasMintedUntold;

        Asked(String node, boolean isLate, boolean isTold) {
            this.node = node;
            this.isLate = isLate;
            this.isTold = isTold;
        }
    }

    /** A node is asked. */
    void asked(String node, CoordinatePutRequest request) {
        boolean isTold = request.before() == Before.ELSEWHERE;
        find(request.write().id(), node, isTold).isTold |= isTold;
    }

    /** A node has minted a version of a write; returns what is wrong with that, or nothing. */
    String minted(String node, WriteId id) {
        // One that nobody has asked does what its own client asks, who knows all that was tried before.
        Asked minter = find(id, node, true);
        minter.hasMinted = true;
        minter.hasMintedUntold |= !minter.isTold;
        Asked earlier = null;
        for (Asked one : byWrite.getOrDefault(id, List.of())) {
            if (earlier != null && one.hasMintedUntold && (one.isLate || earlier.hasMintedUntold)) {
                return one.node + " minted write " + id + " and was not told of " + earlier.node
                        + ", which had been asked before and minted it too";
            }
            // One that was refused at first, and asked again later, knew what it did.
            earlier = one.hasMinted && (earlier == null || one.hasMintedUntold) ? one : earlier;
        }
        return "";
    }

    private Asked find(WriteId id, String node, boolean isTold) {
        List<Asked> asked = byWrite.computeIfAbsent(id, ignored -> new ArrayList<>(1));
        for (Asked one : asked) {
            if (one.node.equals(node)) {
                return one;
            }
        }
        Asked one = new Asked(node, asked.stream().anyMatch(other -> other.hasMinted), isTold);
        asked.add(one);
        return one;
    }
}
