package io.dynamo.api.cart;

import io.dynamo.api.Codec;
import java.util.SortedMap;
import java.util.TreeMap;

/** Format 1: {@code 1}, number of skus, ascending; each: length, UTF-8, quantity. Numbers are varints. */
final class UnionCartCodec implements Codec<UnionCart> {

    private static final int VERSION = 1;

    @Override
    public byte[] encode(UnionCart cart) {
        CartWriter out = new CartWriter(VERSION);
        out.number(cart.items().size());
        cart.items().forEach((sku, quantity) -> {
            out.sku(sku);
            out.number(quantity);
        });
        return out.toBytes();
    }

    @Override
    public UnionCart decode(byte[] bytes) {
        CartReader in = new CartReader(bytes, VERSION);
        SortedMap<String, Integer> items = new TreeMap<>();
        int skus = in.count(3);
        for (int i = 0; i < skus; i++) {
            String sku = in.sku();
            in.require(items.isEmpty() || items.lastKey().compareTo(sku) < 0, "skus not ascending");
            items.put(sku, (int) in.number(1, Integer.MAX_VALUE));
        }
        in.end();
        return new UnionCart(items);
    }
}
