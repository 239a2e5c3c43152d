package io.dynamo.api.cart;

import io.dynamo.api.Codec;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The cart of the paper, for teaching: merging takes the union, and for a sku in both carts the larger quantity. An add is
 * never lost, but <b>a removed item comes back</b> when it is merged with a cart that still has it, and concurrent adds of
 * one sku do not add up. Applications take {@link AddWinsCart}. Immutable.
 *
 * <p>Limits: a sku has 1 to 256 bytes as UTF-8, a call adds 1 to 1,000,000, the quantity of a sku stops at
 * {@link Integer#MAX_VALUE}, an encoded cart has at most 1 MiB.
 *
 * <p>Source: Dynamo §4.4; traps T23.
 */
public final class UnionCart {

    /** No items. */
    public static final UnionCart EMPTY = new UnionCart(new TreeMap<>());

    /**
     * The encoded form: compact, versioned, one form per cart.
     *
     * <p>Errors: anything but a cart's own encoded form is an {@link IllegalArgumentException}.
     */
    public static final Codec<UnionCart> CODEC = new UnionCartCodec();

    private final SortedMap<String, Integer> items;

    UnionCart(SortedMap<String, Integer> items) {
        this.items = Collections.unmodifiableSortedMap(items);
    }

    /**
     * Adds to the quantity of a sku.
     *
     * @param sku what
     * @param quantity how many more, 1 to 1,000,000
     * @return the new cart
     */
    public UnionCart add(String sku, int quantity) {
        CartLimits.check(sku, quantity);
        SortedMap<String, Integer> changed = new TreeMap<>(items);
        changed.merge(sku, quantity, (a, b) -> CartLimits.saturated((long) a + b));
        return new UnionCart(changed);
    }

    /**
     * Removes a sku, until a cart that still has it is merged in.
     *
     * @param sku what
     * @return the new cart; this cart if the sku is not in it
     */
    public UnionCart remove(String sku) {
        CartLimits.skuBytes(sku);
        if (!items.containsKey(sku)) {
            return this;
        }
        SortedMap<String, Integer> changed = new TreeMap<>(items);
        changed.remove(sku);
        return new UnionCart(changed);
    }

    /**
     * What is in the cart.
     *
     * @return quantities by sku, sorted by sku, each at least 1; not to be changed
     */
    public SortedMap<String, Integer> items() {
        return items;
    }

    /**
     * Merges two carts; the reconciler of this type.
     *
     * @param a one cart
     * @param b another cart
     * @return what is in either, with the larger quantity
     */
    public static UnionCart merge(UnionCart a, UnionCart b) {
        SortedMap<String, Integer> union = new TreeMap<>(a.items);
        b.items.forEach((sku, quantity) -> union.merge(sku, quantity, Math::max));
        return new UnionCart(union);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UnionCart that && items.equals(that.items);
    }

    @Override
    public int hashCode() {
        return items.hashCode();
    }

    @Override
    public String toString() {
        return "UnionCart" + items;
    }
}
