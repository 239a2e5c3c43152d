package io.dynamo.api.cart;

import io.dynamo.api.Codec;
import io.dynamo.api.cart.SeenDots.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Format 1. Numbers are varints (7 bits a byte, lowest first, shortest form), actors 8 bytes, highest first.
 *
 * <pre>
 * 1
 * number of actors, ascending; each: actor, number of ranges, ascending; each: gap before it, length
 * number of skus, ascending; each: length, UTF-8, number of dots, ascending; each: index of the actor, counter, quantity
 * </pre>
 *
 * The gap is the distance to the end of the range before (at first 0), the length is {@code to - from + 1}. Every state
 * has one encoded form, so that replicas can compare bytes.
 */
final class AddWinsCartCodec implements Codec<AddWinsCart> {

    private static final int VERSION = 1;

    @Override
    public byte[] encode(AddWinsCart cart) {
        cart.requireStamped();
        CartWriter out = new CartWriter(VERSION);
        List<Long> actors = new ArrayList<>(cart.seen().byActor().keySet());
        out.number(actors.size());
        cart.seen().byActor().forEach((actor, ranges) -> {
            out.fixed(actor);
            out.number(ranges.size());
            long end = 0;
            for (Range range : ranges) {
                out.number(range.from() - end);
                out.number(range.to() - range.from() + 1);
                end = range.to();
            }
        });
        SortedMap<Long, Integer> index = new TreeMap<>();
        actors.forEach(actor -> index.put(actor, index.size()));
        out.number(cart.entries().size());
        cart.entries().forEach((sku, dots) -> {
            out.sku(sku);
            out.number(dots.size());
            dots.forEach((dot, quantity) -> {
                out.number(index.getOrDefault(dot.actor(), 0)); // an entry's dot was always seen
                out.number(dot.counter());
                out.number(quantity);
            });
        });
        return out.toBytes();
    }

    @Override
    public AddWinsCart decode(byte[] bytes) {
        CartReader in = new CartReader(bytes, VERSION);
        SeenDots seen = seen(in);
        List<Long> actors = new ArrayList<>(seen.byActor().keySet());
        SortedMap<String, SortedMap<Dot, Integer>> entries = new TreeMap<>();
        int skus = in.count(6);
        for (int i = 0; i < skus; i++) {
            String sku = in.sku();
            in.require(entries.isEmpty() || entries.lastKey().compareTo(sku) < 0, "skus not ascending");
            entries.put(sku, dots(in, actors, seen));
        }
        in.end();
        return AddWinsCart.of(entries, seen);
    }

    private static SeenDots seen(CartReader in) {
        SortedMap<Long, List<Range>> byActor = new TreeMap<>();
        int actors = in.count(11);
        for (int i = 0; i < actors; i++) {
            long actor = in.fixed();
            in.require(byActor.isEmpty() || byActor.lastKey() < actor, "actors not ascending");
            byActor.put(actor, ranges(in));
        }
        return SeenDots.of(byActor);
    }

    private static List<Range> ranges(CartReader in) {
        List<Range> ranges = new ArrayList<>();
        int count = in.count(2);
        in.require(count > 0, "actor without a dot");
        long end = 0;
        for (int i = 0; i < count; i++) {
            // Only the first may start at the end before; later ones would be part of their neighbour.
            long from = end + in.number(i == 0 ? 1 : 2, Long.MAX_VALUE - end);
            end = from - 1 + in.number(1, Long.MAX_VALUE - (from - 1));
            ranges.add(new Range(from, end));
        }
        return ranges;
    }

    private static SortedMap<Dot, Integer> dots(CartReader in, List<Long> actors, SeenDots seen) {
        SortedMap<Dot, Integer> dots = new TreeMap<>();
        int count = in.count(3);
        in.require(count > 0, "sku without a dot");
        for (int i = 0; i < count; i++) {
            int actor = (int) in.number(0, Integer.MAX_VALUE);
            in.require(actor < actors.size(), "unknown actor");
            Dot dot = new Dot(actors.get(actor), in.number(1, Long.MAX_VALUE));
            in.require(dots.isEmpty() || dots.lastKey().compareTo(dot) < 0, "dots not ascending");
            in.require(seen.contains(dot), "a dot that was not seen");
            dots.put(dot, (int) in.number(1, Integer.MAX_VALUE));
        }
        return dots;
    }
}
