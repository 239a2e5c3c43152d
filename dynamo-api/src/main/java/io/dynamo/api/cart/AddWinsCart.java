package io.dynamo.api.cart;

import io.dynamo.api.ActorStamped;
import io.dynamo.api.Codec;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A cart that merges by what its writers had seen: no add is lost, and a removed item does not come back (an observed
 * remove map without tombstones). Immutable.
 *
 * <ul>
 *   <li>Concurrent adds of one sku add up: two clients that each add 1 make 2.
 *   <li>A remove takes away the adds it has seen; a concurrent add of the same sku survives it.
 *   <li>Merging is commutative, associative and idempotent; a repeated write changes nothing.
 * </ul>
 *
 * <p>{@link #add}, {@link #remove} and {@link #set} are <em>pending</em> until {@link io.dynamo.api.Store#update} has
 * stamped them; a cart with pending changes can be looked at, but neither encoded nor merged:
 *
 * <pre>{@code
 * carts.update("alice", old -> Optional.of(old.orElse(AddWinsCart.EMPTY).add("book", 1)));
 * }</pre>
 *
 * <p>Limits: a sku has 1 to 256 bytes as UTF-8, a call adds 1 to 1,000,000, the quantity of a sku stops at
 * {@link Integer#MAX_VALUE}, an encoded cart has at most 1 MiB. The context keeps about ten bytes for each store handle
 * that ever changed the cart. A sku holds one entry for each add; when more than 32 are by one store handle they are
 * folded into the newest one. The consequence: a remove that is concurrent with the folding add does not see the folded
 * quantity either, and all of it survives.
 *
 * <p>Source: Dynamo §4.4; traps T23, T24.
 */
public final class AddWinsCart implements ActorStamped<AddWinsCart> {

    /** No items, nothing seen. */
    public static final AddWinsCart EMPTY = new AddWinsCart(new TreeMap<>(), SeenDots.NONE, new TreeMap<>());

    /**
     * The encoded form: compact, versioned, one form per cart.
     *
     * <p>Errors: encoding a cart with pending changes is an {@link IllegalStateException}; anything but a cart's own
     * encoded form is an {@link IllegalArgumentException}.
     */
    public static final Codec<AddWinsCart> CODEC = new AddWinsCartCodec();

    static final int DOTS_PER_ACTOR_MAX = 32;

    /** What is to become of a sku: first the visible entries go, if so wished, then a quantity is added. */
    private record Pending(boolean removed, int added) {
        static final Pending NONE = new Pending(false, 0);
    }

    private final SortedMap<String, SortedMap<Dot, Integer>> entries;
    private final SeenDots seen;
    private final SortedMap<String, Pending> pending;

    private AddWinsCart(
            SortedMap<String, SortedMap<Dot, Integer>> entries, SeenDots seen, SortedMap<String, Pending> pending) {
        this.entries = entries;
        this.seen = seen;
        this.pending = pending;
    }

    static AddWinsCart of(SortedMap<String, SortedMap<Dot, Integer>> entries, SeenDots seen) {
        return new AddWinsCart(entries, seen, new TreeMap<>());
    }

    SortedMap<String, SortedMap<Dot, Integer>> entries() {
        return entries;
    }

    SeenDots seen() {
        return seen;
    }

    /**
     * Adds to the quantity of a sku.
     *
     * @param sku what
     * @param quantity how many more, 1 to 1,000,000
     * @return a cart with the change pending
     */
    public AddWinsCart add(String sku, int quantity) {
        CartLimits.check(sku, quantity);
        Pending before = pending.getOrDefault(sku, Pending.NONE);
        int added = CartLimits.saturated((long) before.added() + quantity);
        return withPending(sku, new Pending(before.removed(), added));
    }

    /**
     * Removes a sku with all adds that this cart has seen.
     *
     * @param sku what
     * @return a cart with the change pending; this cart if the sku is not in it
     */
    public AddWinsCart remove(String sku) {
        CartLimits.skuBytes(sku);
        if (entries.containsKey(sku)) {
            return withPending(sku, new Pending(true, 0));
        }
        return pending.containsKey(sku) ? withPending(sku, Pending.NONE) : this;
    }

    /**
     * Replaces the quantity that this cart has seen; concurrent adds are still added to it.
     *
     * @param sku what
     * @param quantity how many, 1 to 1,000,000
     * @return a cart with the change pending
     */
    public AddWinsCart set(String sku, int quantity) {
        CartLimits.check(sku, quantity);
        return withPending(sku, new Pending(entries.containsKey(sku), quantity));
    }

    /**
     * What is in the cart, pending changes included.
     *
     * @return quantities by sku, sorted by sku, each at least 1; not to be changed
     */
    public SortedMap<String, Integer> items() {
        SortedMap<String, Integer> items = new TreeMap<>();
        entries.forEach((sku, dots) -> items.put(sku, sum(dots)));
        pending.forEach((sku, change) -> {
            long kept = change.removed() ? 0 : items.getOrDefault(sku, 0);
            if (kept + change.added() == 0) {
                items.remove(sku);
            } else {
                items.put(sku, CartLimits.saturated(kept + change.added()));
            }
        });
        return Collections.unmodifiableSortedMap(items);
    }

    @Override
    public boolean hasPendingChanges() {
        return !pending.isEmpty();
    }

    @Override
    public AddWinsCart stamp(long actor, long counter) {
        if (counter < 1) {
            throw new IllegalArgumentException("counter = " + counter + "; must be at least 1");
        }
        if (pending.isEmpty()) {
            return this;
        }
        Dot dot = new Dot(actor, counter);
        if (seen.contains(dot)) {
            throw new IllegalStateException("change " + counter + " of actor " + actor + " was stamped already");
        }
        // With a gap, another branch may have folded the same entries already: they would count twice.
        boolean foldable = seen.endsJustBefore(dot);
        SortedMap<String, SortedMap<Dot, Integer>> changed = new TreeMap<>(entries);
        pending.forEach((sku, change) -> {
            SortedMap<Dot, Integer> dots =
                    change.removed() ? new TreeMap<>() : new TreeMap<>(changed.getOrDefault(sku, new TreeMap<>()));
            if (change.added() > 0) {
                dots.put(dot, change.added());
                if (foldable) {
                    fold(dots, dot);
                }
            }
            putOrRemove(changed, sku, dots);
        });
        return of(changed, seen.plus(dot));
    }

    /**
     * Merges two carts; the reconciler of this type.
     *
     * @param a one cart
     * @param b another cart
     * @return every add that no remove in either cart has seen
     * @throws IllegalStateException if one of them has pending changes
     */
    public static AddWinsCart merge(AddWinsCart a, AddWinsCart b) {
        a.requireStamped();
        b.requireStamped();
        SortedMap<String, SortedMap<Dot, Integer>> merged = new TreeMap<>();
        a.entries.forEach((sku, dots) ->
                putOrRemove(merged, sku, survivors(dots, b.entries.getOrDefault(sku, new TreeMap<>()), b.seen)));
        b.entries.forEach((sku, dots) -> {
            SortedMap<Dot, Integer> both = survivors(dots, a.entries.getOrDefault(sku, new TreeMap<>()), a.seen);
            both.putAll(merged.getOrDefault(sku, new TreeMap<>()));
            putOrRemove(merged, sku, both);
        });
        return of(merged, a.seen.union(b.seen));
    }

    /** The entries that the other cart also has, or has never heard of: what it saw and lacks, it removed. */
    private static SortedMap<Dot, Integer> survivors(
            SortedMap<Dot, Integer> mine, Map<Dot, Integer> theirs, SeenDots theySaw) {
        SortedMap<Dot, Integer> kept = new TreeMap<>();
        mine.forEach((dot, quantity) -> {
            Integer same = theirs.get(dot);
            if (same != null) {
                kept.put(dot, Math.max(quantity, same));
            } else if (!theySaw.contains(dot)) {
                kept.put(dot, quantity);
            }
        });
        return kept;
    }

    private static void fold(SortedMap<Dot, Integer> dots, Dot newest) {
        SortedMap<Dot, Integer> own = dots.subMap(new Dot(newest.actor(), 1), newest);
        if (own.size() >= DOTS_PER_ACTOR_MAX) {
            int all = CartLimits.saturated((long) sum(own) + dots.getOrDefault(newest, 0));
            own.clear();
            dots.put(newest, all);
        }
    }

    private static int sum(Map<Dot, Integer> dots) {
        long sum = 0;
        for (int quantity : dots.values()) {
            sum += quantity;
        }
        return CartLimits.saturated(sum);
    }

    private static void putOrRemove(
            Map<String, SortedMap<Dot, Integer>> entries, String sku, SortedMap<Dot, Integer> dots) {
        if (dots.isEmpty()) {
            entries.remove(sku);
        } else {
            entries.put(sku, dots);
        }
    }

    private AddWinsCart withPending(String sku, Pending change) {
        SortedMap<String, Pending> changes = new TreeMap<>(pending);
        if (change.equals(Pending.NONE)) {
            changes.remove(sku);
        } else {
            changes.put(sku, change);
        }
        return new AddWinsCart(entries, seen, changes);
    }

    void requireStamped() {
        if (!pending.isEmpty()) {
            throw new IllegalStateException("the cart has changes without a stamp (" + pending.keySet()
                    + "): change carts inside Store.update");
        }
    }

    /**
     * Whether the other cart has the same state: items, what was seen, and pending changes. Two carts with equal items
     * may differ in what they have seen.
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof AddWinsCart that
                && entries.equals(that.entries)
                && seen.equals(that.seen)
                && pending.equals(that.pending);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * entries.hashCode() + seen.hashCode()) + pending.hashCode();
    }

    @Override
    public String toString() {
        return "AddWinsCart" + items() + (pending.isEmpty() ? "" : " (pending: " + pending.keySet() + ")");
    }
}
