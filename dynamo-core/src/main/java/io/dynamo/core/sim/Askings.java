package io.dynamo.core.sim;

import io.dynamo.api.Outcome;
import io.dynamo.api.WriteId;
import io.dynamo.core.wire.CoordinatePutRequest;
import io.dynamo.core.wire.CoordinatePutRequest.Before;
import io.dynamo.core.wire.CoordinatePutResponse;
import io.dynamo.core.wire.CoordinatePutResponse.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which nodes were asked to coordinate a write, and what they were told. Two versions of one write count as one to whoever
 * reads, and a coordinator that is cut off may mint a second one, so no history of clients shows a node that did so without
 * need. What must hold all the same: who is asked after another node is told so, and looks before it mints (traps T31).
 */
final class Askings {

    // In the order in which they were asked.
    private final Map<WriteId, List<Asked>> byWrite = new TreeMap<>();
    private final Map<String, List<Asked>> byNode = new TreeMap<>();
    private final Map<String, Forward> forwards = new TreeMap<>();
    // Whom a frame without a warning may still reach, however late.
    private final Set<String> unwarned = new TreeSet<>();
    private final Predicate<String> mustLook;

    /**
     * Nobody was asked yet.
     *
     * @param mustLook whether a node has others to look at, and a link to them
     */
    Askings(Predicate<String> mustLook) {
        this.mustLook = mustLook;
    }

    /** One node in the life of one write. */
    private static final class Asked {
        final String node;
        final String key;
        // Another node had minted it before this one was asked.
        final boolean isLate;
        boolean isTold;
        // It had links to look through, and has made none anew since.
        boolean canLook;
        boolean hasLooked;
        boolean hasMinted;
        boolean hasMintedUntold;

        Asked(String node, String key, boolean isLate) {
            this.node = node;
            this.key = key;
            this.isLate = isLate;
        }
    }

    /** A request under way, by which its answer is understood. */
    private record Forward(WriteId id, String node) {}

    /** One node asks another. */
    void forwarded(String from, String to, CoordinatePutRequest request, String key) {
        // One request may go to several nodes in turn.
        forwards.put(
                from + "/" + request.request() + "/" + to,
                new Forward(request.write().id(), to));
        Asked asked = find(request.write().id(), to, key);
        if (request.before() == Before.ELSEWHERE) {
            asked.isTold = true;
        } else {
            unwarned.add(request.write().id() + "/" + to);
        }
    }

    /** Its answer; whoever refused has not been asked, for whoever is asked next. */
    void answered(String from, String to, CoordinatePutResponse response) {
        Forward forward = forwards.get(to + "/" + response.request() + "/" + from);
        boolean isRefusal = response.failure() != Failure.NONE && response.outcome() == Outcome.NOT_APPLIED;
        if (forward != null && isRefusal) {
            byWrite.getOrDefault(forward.id(), new ArrayList<>())
                    .removeIf(asked -> asked.node.equals(forward.node()) && !asked.hasMinted);
        }
    }

    /** A client asks a node, naming the write: it may have asked another one before. */
    void repeated(String node, WriteId id, String key) {
        find(id, node, key).isTold = true;
    }

    /** A node asks another what it holds of a key. */
    void looked(String node, String key) {
        for (Asked asked : byNode.getOrDefault(node, List.of())) {
            asked.hasLooked |= asked.key.equals(key);
        }
    }

    /** A node makes links, or sees whether it has them: it may have had none. */
    void greeted(String node) {
        byNode.getOrDefault(node, List.of()).forEach(asked -> asked.canLook = false);
    }

    /** A node has minted a version of a write; returns what is wrong with that, or nothing. */
    String minted(String node, WriteId id, String key) {
        List<Asked> all = byWrite.getOrDefault(id, List.of());
        boolean wasAsked = all.stream().anyMatch(asked -> asked.node.equals(node));
        Asked minter = find(id, node, key);
        // One that nobody has asked does what its own client asks, who names the write if it was tried before.
        minter.isTold |= !wasAsked;
        minter.hasMinted = true;
        minter.hasMintedUntold |= !minter.isTold;
        boolean isWarned = wasAsked && !unwarned.contains(id + "/" + node);
        if (isWarned && !minter.hasLooked && minter.canLook && mustLook.test(node)) {
            return node + " was told that write " + id
                    + " may have been minted elsewhere, and minted it without looking";
        }
        return byTwo(id);
    }

    private String byTwo(WriteId id) {
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

    private Asked find(WriteId id, String node, String key) {
        List<Asked> all = byWrite.computeIfAbsent(id, ignored -> new ArrayList<>(1));
        for (Asked one : all) {
            if (one.node.equals(node)) {
                return one;
            }
        }
        Asked one = new Asked(node, key, all.stream().anyMatch(other -> other.hasMinted));
        one.canLook = mustLook.test(node);
        all.add(one);
        byNode.computeIfAbsent(node, ignored -> new ArrayList<>()).add(one);
        return one;
    }
}
