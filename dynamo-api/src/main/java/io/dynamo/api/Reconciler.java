package io.dynamo.api;

/**
 * Merges two concurrent values of one key into one (Dynamo §4.4, semantic reconciliation).
 *
 * <p>Must be commutative, associative and idempotent, or replicas that merge in different orders disagree;
 * {@code ReconcilerLaws} checks that. Must not look at clocks or anything else outside its arguments.
 *
 * <p>Thread: called on application or callback threads, never on a lane. If it throws, the siblings stay as they are and
 * the caller gets a {@link ValueException}.
 *
 * @param <V> the value type
 */
@FunctionalInterface
public interface Reconciler<V> {

    /**
     * Merges two concurrent values.
     *
     * @param a one value
     * @param b another value
     * @return a value that holds what both hold
     */
    V merge(V a, V b);

    /**
     * Never merges: {@link Read#value()} throws a {@link ConflictException} while there are several values, and the
     * application looks at {@link Read#siblings()}.
     *
     * @param <V> the value type
     * @return the choice
     */
    static <V> Reconciler<V> siblings() {
        return NamedReconciler.siblingsChoice();
    }

    /**
     * The value with the highest timestamp wins; the others are forgotten with the next write. Concurrent writes are
     * lost on purpose.
     *
     * @param <V> the value type
     * @return the choice
     */
    static <V> Reconciler<V> lastWriteWins() {
        return NamedReconciler.lastWriteWinsChoice();
    }
}
