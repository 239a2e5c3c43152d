package io.dynamo.api.cart;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The independent model: a history of adds and removes, each with the set of changes its writer had seen. A state is a
 * set of changes; merging is set union; an add counts unless a remove of its sku in the state has seen it.
 *
 * <p>It drives real carts beside the model: replicas that update, merge, fork old states and pass through the codec.
 * Actors are shared by branches, as by a store handle whose read missed its own write.
 */
final class CartHistory {

    private static final String[] SKUS = {"book", "pen", "cup"};
    private static final int ACTORS = 3;

    /** One change of one sku; quantity 0 only removes. */
    private record Change(String sku, boolean removes, int quantity, BitSet visible) {}

    /** A real cart, and what the model knows of it: the numbers of its changes. */
    record State(AddWinsCart cart, BitSet known) {}

    private final RandomGenerator random;
    private final List<Change> changes = new ArrayList<>();
    private final long[] counters = new long[ACTORS];
    private final List<State> states = new ArrayList<>();

    CartHistory(RandomGenerator random) {
        this.random = random;
        states.add(new State(AddWinsCart.EMPTY, new BitSet()));
    }

    State any() {
        return states.get(random.nextInt(states.size()));
    }

    /** One update, merge or round trip; the state it made joins the others, so that old ones fork. */
    State step() {
        State state = switch (random.nextInt(5)) {
            case 0, 1, 2 -> update(any());
            case 3 -> merge(any(), any());
            default -> {
                State old = any();
                yield new State(AddWinsCart.CODEC.decode(AddWinsCart.CODEC.encode(old.cart())), old.known());
            }
        };
        states.add(state);
        return state;
    }

    static State merge(State a, State b) {
        BitSet union = (BitSet) a.known().clone();
        union.or(b.known());
        return new State(AddWinsCart.merge(a.cart(), b.cart()), union);
    }

    SortedMap<String, Integer> expected(BitSet known) {
        SortedMap<String, Integer> items = new TreeMap<>();
        known.stream().filter(change -> changes.get(change).quantity() > 0).forEach(change -> {
            Change add = changes.get(change);
            boolean gone = known.stream()
                    .mapToObj(changes::get)
                    .anyMatch(other -> other.removes()
                            && other.sku().equals(add.sku())
                            && other.visible().get(change));
            if (!gone) {
                items.merge(add.sku(), add.quantity(), Integer::sum);
            }
        });
        return items;
    }

    private State update(State base) {
        AddWinsCart cart = base.cart();
        BitSet known = (BitSet) base.known().clone();
        int actor = random.nextInt(ACTORS);
        int calls = 1 + random.nextInt(3);
        for (int i = 0; i < calls; i++) {
            String sku = SKUS[random.nextInt(SKUS.length)];
            int quantity = 1 + random.nextInt(9);
            BitSet visible = (BitSet) known.clone();
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    cart = cart.add(sku, quantity);
                    changes.add(new Change(sku, false, quantity, visible));
                }
                case 2, 3 -> {
                    cart = cart.remove(sku);
                    changes.add(new Change(sku, true, 0, visible));
                }
                default -> {
                    cart = cart.set(sku, quantity);
                    changes.add(new Change(sku, true, quantity, visible));
                }
            }
            known.set(changes.size() - 1);
        }
        // Sometimes a counter is lost with its attempt.
        counters[actor] += random.nextInt(8) == 0 ? 2 : 1;
        return new State(cart.stamp(actor - 1, counters[actor]), known);
    }
}
