package io.dynamo.remote;

import io.dynamo.api.ActorStamped;
import io.dynamo.api.OverloadedException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Lets one update of a key go on at a time and tells each what the one before it has stamped, so that no pair of actor and
 * counter is used twice (see {@link ActorStamped}).
 *
 * <p>Thread: any.
 */
final class Turns {

    /** Keys whose last stamp is remembered; one that was forgotten gets a new actor. */
    private static final int KEYS_MAX = 10_000;

    /** Updates of one key that wait; more would not get their turn in time anyway. */
    private static final int WAITING_MAX = 1_000;

    private static final Duration RETRY_AFTER = Duration.ofMillis(50);

    private final LongSupplier actors;
    private final Map<String, Queue> queues = new HashMap<>();
    private final Map<String, Stamp> stamps = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Stamp> eldest) {
            return size() > KEYS_MAX;
        }
    };

    private record Stamp(long actor, long counter) {}

    /** The updates of a key that have not ended. */
    private static final class Queue {
        CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
        int length;
    }

    Turns(LongSupplier actors) {
        this.actors = actors;
    }

    /**
     * A turn of a key; {@link Turn#end} must follow when it has come, {@link Turn#leave} else.
     *
     * @throws OverloadedException if too many wait
     */
    synchronized Turn take(String key) {
        Queue queue = queues.computeIfAbsent(key, ignored -> new Queue());
        if (queue.length > WAITING_MAX) {
            throw new OverloadedException(
                    "update " + key + ": " + WAITING_MAX + " updates of this key wait already", RETRY_AFTER);
        }
        Turn turn = new Turn(key, queue.last);
        queue.last = turn.ended;
        queue.length++;
        return turn;
    }

    static OverloadedException late(String key) {
        return new OverloadedException(
                "update " + key + ": other updates of this key went on for the whole time", RETRY_AFTER);
    }

    private synchronized @Nullable Stamp stamp(String key) {
        return stamps.get(key);
    }

    private synchronized void keep(String key, @Nullable Stamp stamp) {
        if (stamp == null) {
            stamps.remove(key);
        } else {
            stamps.put(key, stamp);
        }
    }

    private void end(Turn turn) {
        synchronized (this) {
            Queue queue = queues.get(turn.key);
            if (queue != null && --queue.length == 0) {
                queues.remove(turn.key);
            }
        }
        turn.ended.complete(null);
    }

    /** One update. Confined to whoever goes on with it. */
    final class Turn {
        private final String key;
        private final CompletableFuture<Void> before;
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private @Nullable Stamp last;
        private @Nullable Stamp used;

        private Turn(String key, CompletableFuture<Void> before) {
            this.key = key;
            this.before = before;
        }

        /** Completes when the update before it has ended. */
        CompletableFuture<Void> come() {
            return before.thenRun(() -> {
                last = stamp(key);
                used = last;
            });
        }

        /** Runs the application's function; gives pending changes their name. */
        <V> Optional<V> apply(UnaryOperator<Optional<V>> change, Optional<V> read) {
            used = last;
            Optional<V> changed = change.apply(read);
            if (changed.isEmpty()) {
                // The value's own history goes with it: who writes next under this key must be somebody new.
                used = null;
                return changed;
            }
            return Optional.of(stamped(changed.get()));
        }

        @SuppressWarnings("unchecked") // stamp returns the type it is declared on
        private <V> V stamped(V changed) {
            if (!(changed instanceof ActorStamped<?> value) || !value.hasPendingChanges()) {
                return changed;
            }
            Stamp next = last == null ? new Stamp(actors.getAsLong(), 1) : new Stamp(last.actor(), last.counter() + 1);
            used = next;
            return (V) value.stamp(next.actor(), next.counter());
        }

        /** The change failed and nothing of it was applied: its name can be used again. */
        void notApplied() {
            used = last;
        }

        /** It is over. */
        void end() {
            keep(key, used);
            Turns.this.end(this);
        }

        /** Nobody waits for it any more; those behind it go on waiting for the one before. */
        void leave() {
            var unused = before.thenRun(() -> Turns.this.end(this));
        }
    }
}
