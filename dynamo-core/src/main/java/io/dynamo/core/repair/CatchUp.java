package io.dynamo.core.repair;

import io.dynamo.core.coordinate.Peer;
import io.dynamo.core.replica.Behind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a lane of a node that has lost its data up to date: each of its partitions is compared with every other owner, again
 * and again until each comparison has gone through. An owner that cannot be reached holds its partitions up and no others.
 *
 * <p>Confined to the lane, but for {@link #waitingFor}.
 */
final class CatchUp {

    private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);
    private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final RepairLane home;
    private final RepairRounds rounds;
    private final Behind behind;
    // With whom each partition has yet to be compared.
    private final Map<Integer, List<Peer>> open = new TreeMap<>();
    // With which copies of others it was compared.
    private final Map<Integer, List<Compared>> done = new TreeMap<>();
    // What was compared before a partition began anew does not count: records may have been dropped since.
    private int beginnings;
    // Of which partitions some owner had kept its data.
    private final SortedSet<Integer> kept = new TreeSet<>();
    private final List<Integer> lost = new ArrayList<>();
    private final Deque<Integer> round = new ArrayDeque<>();
    private int underWay;
    private boolean isGoing;
    private boolean isClosed;
    private volatile List<String> waitingFor = List.of();

    private record Compared(Peer peer, int copy, int beginning) {

        boolean isLost() {
            return copy != peer.copy();
        }
    }

    CatchUp(RepairLane home, RepairRounds rounds) {
        this.home = home;
        this.rounds = rounds;
        this.behind = home.parts.shared().behind();
    }

    /** Begins with those of these partitions that are behind, with each of them anew. */
    void begin(List<Integer> partitions) {
        boolean isIdle = open.isEmpty();
        beginnings++;
        for (int partition : partitions) {
            if (behind.lacks(partition)) {
                open.put(partition, new ArrayList<>(rounds.others(partition)));
                done.remove(partition);
                kept.remove(partition);
            }
        }
        if (!open.isEmpty()) {
            tellWaiting();
        }
        // One that goes on comes to them with its next round.
        if (isIdle && !open.isEmpty()) {
            beginRound();
        }
    }

    void close() {
        isClosed = true;
    }

    /** Ids of the members with which some partition has yet to be compared. Thread: any. */
    List<String> waitingFor() {
        return waitingFor;
    }

    private void beginRound() {
        round.addAll(open.keySet());
        goOn();
    }

    /** One partition at a time, with all whom it waits for at once. */
    private void goOn() {
        if (isGoing) {
            return;
        }
        isGoing = true;
        while (underWay == 0 && !round.isEmpty() && !isClosed) {
            compare(round.remove());
        }
        isGoing = false;
        if (underWay == 0 && !isClosed) {
            endRound();
        }
    }

    private void compare(int partition) {
        List<Peer> reachable = others(partition).stream().filter(Peer::isLinked).toList();
        underWay += reachable.size();
        reachable.forEach(peer -> {
            Compared with = new Compared(peer, peer.copy(), beginnings);
            rounds.compareAtOnce(partition, peer, outcome -> {
                underWay--;
                compared(partition, with, outcome);
                goOn();
            });
        });
        endIfThrough(partition);
    }

    private List<Peer> others(int partition) {
        return open.getOrDefault(partition, List.of());
    }

    private void compared(int partition, Compared with, Outcome outcome) {
        if (outcome.hasAll() && !with.isLost() && with.beginning() == beginnings) {
            others(partition).remove(with.peer());
            done.computeIfAbsent(partition, ignored -> new ArrayList<>()).add(with);
            if (!outcome.isPeerBehind()) {
                kept.add(partition);
            }
            endIfThrough(partition);
            tellWaiting();
        }
    }

    private void endIfThrough(int partition) {
        if (!open.containsKey(partition)) {
            return;
        }
        // Another directory has taken the place of the one it was compared with, whose holder may be somebody else.
        List<Compared> all = done.computeIfAbsent(partition, ignored -> new ArrayList<>());
        all.stream().filter(Compared::isLost).forEach(lost -> others(partition).add(lost.peer()));
        all.removeIf(Compared::isLost);
        if (others(partition).isEmpty()) {
            open.remove(partition);
            done.remove(partition);
            if (!kept.remove(partition)) {
                lost.add(partition);
            }
            behind.caughtUp(partition);
        }
    }

    private void tellWaiting() {
        SortedSet<String> ids = new TreeSet<>();
        open.values().forEach(peers -> peers.forEach(peer -> ids.add(peer.id())));
        waitingFor = List.copyOf(ids);
    }

    private void endRound() {
        if (open.isEmpty()) {
            tellOfLoss();
        } else {
            home.parts
                    .shared()
                    .runtime()
                    .schedule(
                            ROUND_NANOS,
                            () -> home.lane.execute(() -> {
                                if (!isClosed) {
                                    beginRound();
                                }
                            }));
        }
    }

    private void tellOfLoss() {
        if (!lost.isEmpty()) {
            home.parts.shared().meters().lost(lost.size());
            LOG.error(
                    "data loss: no owner of partitions {} had kept its data when node {} caught up; what had been written"
                            + " there is gone, unless nothing had",
                    lost,
                    home.parts.shared().self().id());
            lost.clear();
        }
    }
}
