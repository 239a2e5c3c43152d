package io.dynamo.examples.cart;

import io.dynamo.api.DynamoConfig;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.Reconciler;
import io.dynamo.api.Store;
import io.dynamo.api.cart.AddWinsCart;
import io.dynamo.spi.Units;
import java.time.Duration;
import java.util.Optional;

/** How carts are kept: the store's name, its codec and its merge. */
final class CartStore {

    static final String NAME = "carts";

    // One object: a store that is opened twice must be given the same reconciler.
    private static final Reconciler<AddWinsCart> MERGE = AddWinsCart::merge;
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(1);

    private CartStore() {}

    static Store<AddWinsCart> of(DynamoNode node) {
        return node.store(NAME, AddWinsCart.CODEC, MERGE);
    }

    /** How long a request may last, as the store is configured. The node has checked the values. */
    static Duration timeout(DynamoConfig config) {
        return config.get("stores." + NAME + ".timeout")
                .or(() -> config.get("request.timeout"))
                .flatMap(text -> Optional.ofNullable(Units.duration(text)))
                .orElse(DEFAULT_TIMEOUT);
    }
}
