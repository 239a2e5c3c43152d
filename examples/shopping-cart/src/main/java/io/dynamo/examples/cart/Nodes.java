package io.dynamo.examples.cart;

import io.dynamo.api.DynamoNode;
import io.dynamo.api.Health;
import io.dynamo.api.Store;
import io.dynamo.api.View;
import io.dynamo.api.cart.AddWinsCart;
import java.util.List;
import java.util.Optional;
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

    /** What a node believes of the others, and what waits for them there; empty if it does not run. */
    Optional<View> view(String id);

    /** Hands over every node that runs in this process, now or once it is open, and again whenever it was started anew. */
    void whenOpen(Consumer<DynamoNode> taker);

    /** Whether nodes can be stopped and started one by one: those that live here and nowhere else. */
    default boolean canStop() {
        return false;
    }

    /**
     * Ends a node at once, as if its process had died; its data is kept.
     *
     * @return false if it does not run
     */
    default boolean stop(String id) {
        throw new UnsupportedOperationException("node " + id + " lives and ends with its process");
    }

    /**
     * Starts a node that was stopped, on the data it had, and waits until it can be used, or some seconds.
     *
     * @return false if it runs
     */
    default boolean start(String id) {
        throw new UnsupportedOperationException("node " + id + " lives and ends with its process");
    }

    @Override
    void close();
}
