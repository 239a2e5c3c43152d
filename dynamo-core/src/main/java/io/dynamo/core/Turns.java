package io.dynamo.core;

import io.dynamo.api.OverloadedException;
import io.dynamo.core.runtime.Admission;
import io.dynamo.core.runtime.Lane;
import io.dynamo.core.runtime.LookupTable;
import io.dynamo.spi.NodeRuntime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Lets one update of a key go on at a time and tells each what the one before it has stamped, so that no pair of actor and
 * counter is used twice.
 *
 * <p>Thread: any; confined to a lane of its own.
 */
final class Turns {

    /** Keys whose last stamp is remembered; one that was forgotten gets a new actor. */
    private static final int KEYS_MAX = 10_000;

    private final Lane lane;
    private final NodeRuntime runtime;
    private final RandomGenerator random;
    private final LookupTable<String, Deque<CompletableFuture<Turn>>> waiting = new LookupTable<>();
    private final Map<String, Stamp> stamps = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Stamp> eldest) {
            return size() > KEYS_MAX;
        }
    };

    /**
     * The last change of a key through this handle.
     *
     * @param actor who made it
     * @param counter how many there were
     */
    record Stamp(long actor, long counter) {}

    /**
     * The right to update a key.
     *
     * @param last the change before; null if there was none, or it is forgotten
     * @param freshActor for the first change
     */
    record Turn(@Nullable Stamp last, long freshActor) {
        /** The same turn at a key that has no value: whoever writes it now must be somebody new. */
        Turn anew() {
            return new Turn(null, freshActor);
        }

        Stamp next() {
            return last == null ? new Stamp(freshActor, 1) : new Stamp(last.actor(), last.counter() + 1);
        }
    }

    Turns(Lane lane, NodeRuntime runtime, RandomGenerator random) {
        this.lane = lane;
        this.runtime = runtime;
        this.random = random;
    }

    /** Completes when it is the caller's turn; {@link #done} must follow. */
    CompletableFuture<Turn> take(String key, long timeoutNanos) {
        CompletableFuture<Turn> turn = new CompletableFuture<>();
        lane.executeOwn(() -> {
            Deque<CompletableFuture<Turn>> queue = waiting.get(key);
            if (queue == null) {
                waiting.put(key, new ArrayDeque<>(1));
                turn.complete(turn(key));
            } else {
                queue.add(turn);
                giveUpAfter(timeoutNanos, key, turn);
            }
        });
        return turn;
    }

    /**
     * Ends a turn.
     *
     * @param stamp what this turn stamped; null to forget the key
     */
    void done(String key, @Nullable Stamp stamp) {
        lane.executeOwn(() -> {
            if (stamp == null) {
                stamps.remove(key);
            } else {
                stamps.put(key, stamp);
            }
            Deque<CompletableFuture<Turn>> queue = waiting.get(key);
            CompletableFuture<Turn> next;
            do {
                next = queue == null ? null : queue.poll();
            } while (next != null && !next.complete(turn(key)));
            if (next == null) {
                waiting.remove(key);
            }
        });
    }

    private void giveUpAfter(long timeoutNanos, String key, CompletableFuture<Turn> turn) {
        NodeRuntime.Cancellable late = runtime.schedule(
                timeoutNanos,
                () -> turn.completeExceptionally(new OverloadedException(
                        "update " + key + ": other updates of this key went on for the whole request timeout",
                        Admission.RETRY_AFTER)));
        var unused = turn.whenComplete((taken, failure) -> late.cancel());
    }

    private Turn turn(String key) {
        return new Turn(stamps.get(key), random.nextLong());
    }
}
