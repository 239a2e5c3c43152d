package io.dynamo.remote;

import io.dynamo.api.ActorStamped;
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

    private final LongSupplier actors;
    private final Map<String, CompletableFuture<Void>> lastOf = new HashMap<>();
    private final Map<String, Stamp> stamps = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Stamp> eldest) {
            return size() > KEYS_MAX;
        }
    };

    private record Stamp(long actor, long counter) {}

    Turns(LongSupplier actors) {
        this.actors = actors;
    }

    /** A turn of a key; {@link Turn#end} must follow, whatever happens. */
    synchronized Turn take(String key) {
        CompletableFuture<Void> before = lastOf.get(key);
        CompletableFuture<Void> ended = new CompletableFuture<>();
        lastOf.put(key, ended);
        return new Turn(key, before == null ? CompletableFuture.completedFuture(null) : before, ended);
    }

    private synchronized @Nullable Stamp stamp(String key) {
        return stamps.get(key);
    }

    private void end(String key, @Nullable Stamp stamp, CompletableFuture<Void> ended) {
        synchronized (this) {
            if (stamp == null) {
                stamps.remove(key);
            } else {
                stamps.put(key, stamp);
            }
            lastOf.remove(key, ended);
        }
        ended.complete(null);
    }

    /** One update. Confined to whoever goes on with it. */
    final class Turn {
        private final String key;
        private final CompletableFuture<Void> before;
        private final CompletableFuture<Void> ended;
        private @Nullable Stamp last;
        private @Nullable Stamp used;

        private Turn(String key, CompletableFuture<Void> before, CompletableFuture<Void> ended) {
            this.key = key;
            this.before = before;
            this.ended = ended;
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

        void end() {
            Turns.this.end(key, used, ended);
        }
    }
}
