package io.dynamo.core.repair;

import io.dynamo.core.coordinate.Peer;
import io.dynamo.core.repair.Outcome.State;
import io.dynamo.spi.NodeRuntime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When the partitions of one lane are compared, and with whom. Of two owners the one that comes first in the partition's list
 * asks; each pair has a time of its own, so that they spread out.
 */
final class RepairRounds {

    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long FULL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final double SPREAD = 0.1;

    private final RepairLane home;
    private final RepairParts parts;
    private final NodeRuntime runtime;
    private final RandomGenerator random;
    private final Map<Pair, Long> due =
            new TreeMap<>(Comparator.comparingInt(Pair::partition).thenComparing(Pair::peer));
    private final Deque<Asked> asked = new ArrayDeque<>();
    private final List<Exchange> running = new ArrayList<>();
    private long armedNanos = Long.MAX_VALUE;
    private boolean isClosed;

    private record Pair(int partition, String peer) {}

    private record Asked(int partition, Peer peer, long settleNanos, Consumer<Outcome> done) {}

    RepairRounds(RepairLane home, int number) {
        this.home = home;
        this.parts = home.parts;
        this.runtime = parts.shared().runtime();
        this.random = runtime.random("repair-" + number);
    }

    private Peer[] list(int partition) {
        return parts.shared().route().get().preferenceList(partition);
    }

    private int owners(Peer[] list) {
        return Math.min(list.length, parts.limits().replicasMax());
    }

    void care(int partition) {
        long every = parts.limits().everyNanos();
        if (every == 0) {
            return;
        }
        Peer[] list = list(partition);
        boolean isMine = false;
        for (int rank = 0; rank < owners(list); rank++) {
            if (isMine) {
                due.put(new Pair(partition, list[rank].id()), runtime.nanoTime() + random.nextLong(every));
            }
            isMine |= list[rank].isSelf();
        }
    }

    void start() {
        goOn();
    }

    void compareNow(int partition, Consumer<Outcome> done) {
        others(partition).forEach(peer -> asked.add(new Asked(partition, peer, Exchange.SETTLE_NANOS, done)));
        goOn();
    }

    /** The other owners of a partition, if this node is one. */
    List<Peer> others(int partition) {
        Peer[] list = list(partition);
        List<Peer> owners = Arrays.asList(list).subList(0, owners(list));
        return owners.stream().anyMatch(Peer::isSelf)
                ? owners.stream().filter(owner -> !owner.isSelf()).toList()
                : List.of();
    }

    /** Compares a partition with one other owner, who is known to differ: nothing is gained by waiting. */
    void compareAtOnce(int partition, Peer peer, Consumer<Outcome> done) {
        asked.add(new Asked(partition, peer, 0, done));
        goOn();
    }

    /** Whether a comparison of a partition is under way that began before some time. */
    boolean isComparing(int partition, long beforeNanos) {
        return running.stream().anyMatch(exchange -> exchange.mayHold(partition, beforeNanos));
    }

    void close() {
        isClosed = true;
        asked.clear();
        List.copyOf(running).forEach(exchange -> {
            exchange.stop();
            ended(exchange);
        });
    }

    private void ended(Exchange exchange) {
        running.remove(exchange);
        parts.running().decrementAndGet();
    }

    /** Begins one exchange at most: the lane's other tasks come between. */
    private void goOn() {
        if (isClosed) {
            return;
        }
        Pair pair = next();
        Peer peer = pair == null ? null : peer(pair);
        if (asked.isEmpty() && peer == null) {
            armForTheNext();
        } else if (parts.running().incrementAndGet() > parts.limits().exchangesMax()) {
            parts.running().decrementAndGet();
            arm(runtime.nanoTime() + FULL_NANOS);
        } else {
            if (!asked.isEmpty()) {
                Asked first = asked.remove();
                begin(first);
            } else if (pair != null && peer != null) {
                due.remove(pair);
                begin(new Asked(
                        pair.partition(),
                        peer,
                        Exchange.SETTLE_NANOS,
                        outcome -> due.put(pair, runtime.nanoTime() + pause(outcome.state()))));
            }
            goOnLater();
        }
    }

    private void goOnLater() {
        runtime.execute(() -> home.lane.execute(this::goOn));
    }

    private void begin(Asked what) {
        Exchange[] exchange = new Exchange[1];
        exchange[0] = new Exchange(home, what.partition(), what.peer(), what.settleNanos(), outcome -> {
            ended(exchange[0]);
            parts.shared().meters().compared(outcome.hashes(), outcome.state() == State.GIVEN_UP);
            what.done().accept(outcome);
            goOnLater();
        });
        running.add(exchange[0]);
        exchange[0].start();
    }

    /** How long two wait before they compare again. */
    private long pause(State state) {
        long every = parts.limits().everyNanos();
        return switch (state) {
            case PARTIAL, TAKEN, BUSY -> Math.min(every, AGAIN_NANOS);
            case EQUAL, COMPLETE, GIVEN_UP -> (long) (every * (1 - SPREAD + 2 * SPREAD * random.nextDouble()));
        };
    }

    /** The pair that has waited longest and can be compared now. */
    private @Nullable Pair next() {
        long now = runtime.nanoTime();
        Pair first = null;
        long firstNanos = 0;
        for (Map.Entry<Pair, Long> entry : due.entrySet()) {
            long nanos = entry.getValue();
            if (nanos - now > 0) {
                continue;
            }
            Peer peer = peer(entry.getKey());
            if (peer == null || !peer.isLinked()) {
                entry.setValue(now + Math.min(parts.limits().everyNanos(), AGAIN_NANOS));
            } else if (first == null || nanos - firstNanos < 0) {
                first = entry.getKey();
                firstNanos = nanos;
            }
        }
        return first;
    }

    private @Nullable Peer peer(Pair pair) {
        for (Peer peer : list(pair.partition())) {
            if (peer.id().equals(pair.peer())) {
                return peer;
            }
        }
        return null;
    }

    private void armForTheNext() {
        if (!due.isEmpty()) {
            long now = runtime.nanoTime();
            long soonest = Long.MAX_VALUE;
            for (long nanos : due.values()) {
                soonest = Math.min(soonest, nanos - now);
            }
            arm(now + Math.max(1, soonest));
        }
    }

    /** One timer serves all pairs; one that rings too early finds nothing to do. */
    private void arm(long nanos) {
        if (armedNanos == Long.MAX_VALUE || nanos - armedNanos < 0) {
            armedNanos = nanos;
            runtime.schedule(
                    nanos - runtime.nanoTime(),
                    () -> home.lane.execute(() -> {
                        if (armedNanos == nanos) {
                            armedNanos = Long.MAX_VALUE;
                        }
                        goOn();
                    }));
        }
    }
}
