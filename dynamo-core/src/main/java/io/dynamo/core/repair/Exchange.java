package io.dynamo.core.repair;

import io.dynamo.core.coordinate.Peer;
import io.dynamo.core.coordinate.Question;
import io.dynamo.core.repair.Outcome.State;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.replica.Trees;
import io.dynamo.core.tree.Digest;
import io.dynamo.core.tree.HashTree;
import io.dynamo.core.tree.Prefix;
import io.dynamo.core.wire.CompareTreesRequest;
import io.dynamo.core.wire.CompareTreesResponse;
import io.dynamo.core.wire.LeafRequest;
import io.dynamo.core.wire.LeafResponse;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.SubtreesRequest;
import io.dynamo.core.wire.SubtreesResponse;
import io.dynamo.core.wire.TreeNode;
import io.dynamo.spi.StorageException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Compares a partition with another owner's and brings both up to date: roots first, then down where they differ, to the keys;
 * after a pause in which what was on its way arrives, each key's record (docs/architecture.md, "The life of an exchange").
 */
final class Exchange {

    /** A pass looks at so many records at most; what is left over is the next one's. */
    static final int CANDIDATES_MAX = 10_000;

    /** A write on its way to one of the two looks like a difference: it is given the time to arrive. */
    static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final int LEAF_QUESTIONS_MAX = 8;
    private static final int PAGE = 256;

    private final RepairLane home;
    private final int partition;
    private final Peer peer;
    private final Consumer<Outcome> done;
    private final Asking asking;
    private final Deque<Place> inner = new ArrayDeque<>();
    private final Deque<Place> leaves = new ArrayDeque<>();
    private final Deque<Candidate> candidates = new ArrayDeque<>();
    private int questions;
    private long hashes;
    private final long settleNanos;
    private final long startNanos;
    private boolean isPeerBehind;
    private boolean isPartial;
    private boolean isOver;

    /** A node of both trees in which they differ. */
    private record Place(String store, Prefix prefix) {}

    /** A key whose records differ, or differed when they were compared. */
    record Candidate(StoredKey key, Digest theirs) {}

    Exchange(RepairLane home, int partition, Peer peer, long settleNanos, Consumer<Outcome> done) {
        this.home = home;
        this.settleNanos = settleNanos;
        this.startNanos = home.parts.shared().runtime().nanoTime();
        this.partition = partition;
        this.peer = peer;
        this.done = done;
        this.asking = new Asking(home.coordinator, peer, () -> end(State.GIVEN_UP, 0));
    }

    /** Whether it may hold records of a partition as they were before some time. */
    boolean mayHold(int other, long beforeNanos) {
        return partition == other && startNanos - beforeNanos <= 0;
    }

    void start() {
        Map<String, HashTree> own = home.trees.ready(partition);
        if (own == null) {
            end(State.BUSY, 0);
            return;
        }
        List<CompareTreesRequest.Root> roots = new ArrayList<>();
        own.forEach((store, tree) -> {
            if (isShared(store)) {
                roots.add(new CompareTreesRequest.Root(store, tree.root()));
            }
        });
        hashes += roots.size();
        asking.ask(
                (id, micros) -> new CompareTreesRequest(id, partition, Digest.FORMAT, roots, micros),
                CompareTreesResponse.class,
                this::compared);
    }

    private boolean isShared(String store) {
        return home.parts.isOfBoth(store, partition, peer.id());
    }

    private void compared(CompareTreesResponse response) {
        isPeerBehind = response.behind();
        if (response.state() != CompareTreesResponse.State.READY) {
            end(response.state() == CompareTreesResponse.State.BUILDING ? State.BUSY : State.GIVEN_UP, 0);
        } else if (response.differing().isEmpty()) {
            end(State.EQUAL, 0);
        } else {
            response.differing().forEach(this::take);
            next();
        }
    }

    /** Goes down where the children differ; where one of the two trees ends, to the keys. */
    private void take(TreeNode node) {
        hashes += node.children().size();
        Prefix prefix = node.prefix();
        HashTree own = tree(node.store());
        if (!isShared(node.store())) {
            return;
        }
        if (node.children().isEmpty() || own == null || own.level() <= prefix.depth()) {
            leaves.add(new Place(node.store(), prefix));
            return;
        }
        Digest[] mine = own.children(prefix);
        for (int number = 0; number < Prefix.FAN_OUT; number++) {
            if (!mine[number].equals(node.children().get(number))) {
                Place place = new Place(node.store(), prefix.child(number));
                (own.level() > place.prefix().depth() ? inner : leaves).add(place);
            }
        }
    }

    private @Nullable HashTree tree(String store) {
        Map<String, HashTree> own = home.trees.ready(partition);
        return own == null ? null : own.get(store);
    }

    private void next() {
        if (isOver) {
            return;
        }
        if (candidates.size() >= CANDIDATES_MAX) {
            isPartial |= !inner.isEmpty() || !leaves.isEmpty();
            inner.clear();
            leaves.clear();
        }
        while (!leaves.isEmpty() && questions < LEAF_QUESTIONS_MAX) {
            askLeaves(leaves.remove(), new byte[0]);
        }
        if (questions == 0 && !inner.isEmpty()) {
            askSubtrees();
        } else if (questions == 0) {
            settle();
        }
    }

    private void askSubtrees() {
        String store = inner.element().store();
        List<Prefix> prefixes = new ArrayList<>();
        while (!inner.isEmpty()
                && inner.element().store().equals(store)
                && prefixes.size() < SubtreesRequest.PREFIXES_MAX) {
            prefixes.add(inner.remove().prefix());
        }
        ask(
                (id, micros) -> new SubtreesRequest(id, store, partition, prefixes, micros),
                SubtreesResponse.class,
                response -> {
                    if (response.nodes().isEmpty()) {
                        end(State.BUSY, 0);
                    } else {
                        response.nodes().forEach(this::take);
                        next();
                    }
                });
    }

    private void askLeaves(Place place, byte[] after) {
        ask(
                (id, micros) -> new LeafRequest(id, place.store(), partition, place.prefix(), after, PAGE, micros),
                LeafResponse.class,
                response -> compareLeaves(place, after, response));
    }

    private <T extends Message.Response> void ask(Question.Words words, Class<T> type, Consumer<T> taken) {
        questions++;
        asking.ask(words, type, response -> {
            questions--;
            taken.accept(response);
        });
    }

    private void compareLeaves(Place place, byte[] after, LeafResponse response) {
        hashes += response.entries().size();
        Trees.Page mine;
        try {
            mine = home.replica.trees().page(place.store(), partition, place.prefix(), after, PAGE);
        } catch (StorageException e) {
            end(State.GIVEN_UP, 0);
            return;
        }
        List<Trees.Leaf> theirs = new ArrayList<>(response.entries().size());
        for (LeafResponse.Entry entry : response.entries()) {
            theirs.add(new Trees.Leaf(home.key(place.store(), entry.key()), entry.digest()));
        }
        byte[] horizon = horizon(mine, new Trees.Page(theirs, response.more()));
        Map<byte[], Trees.Leaf> rest = new TreeMap<>(Arrays::compareUnsigned);
        mine.leaves().forEach(leaf -> rest.put(leaf.place(), leaf));
        for (Trees.Leaf leaf : theirs) {
            if (isWithin(leaf, horizon)) {
                Trees.Leaf own = rest.remove(leaf.place());
                if (own == null || !own.digest().equals(leaf.digest())) {
                    candidate(leaf.key(), leaf.digest());
                }
            }
        }
        rest.values().stream()
                .filter(leaf -> isWithin(leaf, horizon))
                .forEach(leaf -> candidate(leaf.key(), Digest.NONE));
        if (horizon != null && candidates.size() < CANDIDATES_MAX) {
            askLeaves(place, horizon);
        } else {
            isPartial |= horizon != null;
            next();
        }
    }

    private void candidate(StoredKey key, Digest theirs) {
        if (key.partition() == partition) {
            candidates.add(new Candidate(key, theirs));
        }
    }

    /** How far both pages reach; null if to the end. */
    private static byte @Nullable [] horizon(Trees.Page one, Trees.Page other) {
        byte[] first = end(one);
        byte[] second = end(other);
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        return Arrays.compareUnsigned(first, second) < 0 ? first : second;
    }

    private static byte @Nullable [] end(Trees.Page page) {
        return page.more() ? page.leaves().get(page.leaves().size() - 1).place() : null;
    }

    private static boolean isWithin(Trees.Leaf leaf, byte @Nullable [] horizon) {
        return horizon == null || Arrays.compareUnsigned(leaf.place(), horizon) <= 0;
    }

    private void settle() {
        if (candidates.isEmpty()) {
            end(isPartial ? State.PARTIAL : State.COMPLETE, 0);
            return;
        }
        home.parts
                .shared()
                .runtime()
                .schedule(
                        settleNanos,
                        () -> home.lane.execute(() -> {
                            if (!isOver) {
                                new RecordExchange(home, asking, candidates, this::looked).goOn();
                            }
                        }));
    }

    private void looked(boolean isAllHere, boolean isAllThere, long repaired) {
        boolean isPart = isPartial || !isAllHere;
        end(isPart ? State.PARTIAL : isAllThere ? State.COMPLETE : State.TAKEN, repaired);
    }

    /** The lane is closed. */
    void stop() {
        isOver = true;
        asking.stop();
    }

    private void end(State state, long repaired) {
        if (!isOver) {
            stop();
            done.accept(new Outcome(state, hashes, repaired, isPeerBehind));
        }
    }
}
