package io.dynamo.examples.cart;

import io.dynamo.api.DynamoNode;
import io.dynamo.api.Health;
import io.dynamo.api.Store;
import io.dynamo.api.cart.AddWinsCart;
import java.util.List;
import java.util.function.Consumer;

/** The nodes of this process. Thread: any. */
interface Nodes extends AutoCloseable {

    /** The ids that can be asked for; the first is the one that is meant when a request names none. */
    List<String> ids();

    /** Whether a node can be used; one that is still opening is live and not ready. */
    Health health(String id);

    /**
     * The carts, through one node.
     *
     * @throws IllegalStateException if it does not run: still opening, or closed
     */
    Store<AddWinsCart> carts(String id);

    /** Hands over every node that runs in this process, now or once it is open. */
    void whenOpen(Consumer<DynamoNode> taker);

    @Override
    void close();
}
