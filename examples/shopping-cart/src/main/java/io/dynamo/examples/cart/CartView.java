package io.dynamo.examples.cart;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.dynamo.api.Read;
import io.dynamo.api.cart.AddWinsCart;
import java.util.List;
import java.util.SortedMap;

/**
 * A cart as the REST interface shows it.
 *
 * @param cartId its id
 * @param items quantities by sku, siblings merged
 * @param siblings the concurrent versions as they were found, before merging
 * @param context what this answer has seen, for the next write
 */
@JsonPropertyOrder({"cartId", "items", "siblings", "context"})
record CartView(String cartId, SortedMap<String, Integer> items, List<Version> siblings, String context) {

    /**
     * One stored version.
     *
     * @param items quantities by sku
     */
    record Version(SortedMap<String, Integer> items) {}

    static CartView of(String id, Read<AddWinsCart> read) {
        AddWinsCart merged = read.value().orElse(AddWinsCart.EMPTY);
        List<Version> siblings =
                read.siblings().stream().map(cart -> new Version(cart.items())).toList();
        return new CartView(id, merged.items(), siblings, new CartContext(read.context(), merged).toText(id));
    }

    /** When the write is known and the cart could not be read again. */
    static CartView ofWrite(String id, CartContext written) {
        SortedMap<String, Integer> items = written.cart().items();
        return new CartView(id, items, List.of(new Version(items)), written.toText(id));
    }
}
