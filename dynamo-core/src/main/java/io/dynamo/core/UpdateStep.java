package io.dynamo.core;

import io.dynamo.api.ActorStamped;
import io.dynamo.api.DynamoException;
import io.dynamo.api.Outcome;
import io.dynamo.api.OverloadedException;
import io.dynamo.api.QuorumException;
import io.dynamo.core.Turns.Stamp;
import io.dynamo.core.Turns.Turn;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One turn of an update (read, merge, change, write): what both the blocking and the asynchronous form do between reading
 * and writing.
 */
final class UpdateStep<V> {

    /** How often a put is sent in one update before its failure is the update's. */
    static final int PUTS_MAX = 3;

    private final UnaryOperator<Optional<V>> change;
    private final Turn turn;
    private @Nullable Stamp stamp;

    UpdateStep(UnaryOperator<Optional<V>> change, Turn turn) {
        this.change = change;
        this.turn = turn;
        this.stamp = turn.last();
    }

    /**
     * Runs the application's function on what was read; gives pending changes their name. Called again only if nothing was
     * applied, so the name can be used again.
     */
    Optional<V> apply(Optional<V> read) {
        stamp = turn.last();
        Optional<V> changed = change.apply(read);
        if (changed.isEmpty()) {
            // The value's own history goes with it: who writes next under this key must be somebody new.
            stamp = null;
            return changed;
        }
        // Deleted by somebody else, or expired: the last value's history went with it.
        return Optional.of(stamped(changed.get(), read.isEmpty() ? turn.anew() : turn));
    }

    @SuppressWarnings("unchecked") // stamp returns the type it is declared on
    private V stamped(V changed, Turn named) {
        if (!(changed instanceof ActorStamped<?> value) || !value.hasPendingChanges()) {
            return changed;
        }
        Stamp next = named.next();
        stamp = next;
        return (V) value.stamp(next.actor(), next.counter());
    }

    /** The change failed and nothing of it was applied. */
    void notApplied() {
        stamp = turn.last();
    }

    /** What the next turn of this key has to know. */
    @Nullable
    Stamp stamp() {
        return stamp;
    }

    /** Whether the same write is worth sending again: its outcome is unknown, and its id keeps it from being doubled. */
    private static boolean isRepeatable(Throwable failure) {
        return failure instanceof QuorumException quorum && quorum.outcome() == Outcome.UNKNOWN;
    }

    /**
     * What a failed put leaves unknown: once an outcome was unknown, no later refusal of the same write makes it known.
     *
     * @return null if it is certain that nothing was applied, or the failure is not worth a repetition
     */
    static <T extends Throwable> @Nullable T unknown(@Nullable T before, T failure) {
        return before != null ? before : isRepeatable(failure) ? failure : null;
    }

    /** Whether the whole turn is worth doing again: nothing was applied, and the cause may pass. */
    static boolean isWorthRestarting(Throwable failure) {
        return failure instanceof DynamoException known
                && known.outcome() == Outcome.NOT_APPLIED
                && (known instanceof QuorumException || known instanceof OverloadedException);
    }
}
