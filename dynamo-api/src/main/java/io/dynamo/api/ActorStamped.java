package io.dynamo.api;

/**
 * A value whose changes have to be named before they can be merged: {@link Store#update} gives all changes of one call
 * one <em>dot</em>, the pair of an actor and a counter. Until then they are pending, and the value refuses to be encoded
 * or merged.
 *
 * <p>What a store must keep, per key: <b>a pair of actor and counter is used at most once</b> for a value that was stored
 * or sent, and the counters of one actor only grow. A store handle therefore draws a random actor, and counts per key
 * from 1; when it no longer remembers the count of a key, it draws a new actor for it. It may use a pair again only after
 * {@link Outcome#NOT_APPLIED}; the repetition of a write sends the same stamped value.
 *
 * <p>What a store should keep: one update per key and handle at a time. A change may start from a value that has not seen
 * the handle's own last one: nothing is lost, but the value's causal context grows by an entry for each gap.
 *
 * <p>Thread: stamped values are immutable.
 *
 * @param <V> the type itself
 */
public interface ActorStamped<V extends ActorStamped<V>> {

    /**
     * Whether there are changes without a dot.
     *
     * @return true if {@link #stamp} has to be called before the value is encoded or merged
     */
    boolean hasPendingChanges();

    /**
     * Names the pending changes.
     *
     * @param actor who changes: 64 random bits that no other store handle has
     * @param counter the number of this change among the actor's changes of this key, at least 1
     * @return the value with its changes applied; the same value if none are pending
     * @throws IllegalStateException if the value has already seen this pair of actor and counter
     */
    V stamp(long actor, long counter);
}
