package io.dynamo.examples.cart;

import io.dynamo.api.DynamoConfig;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.Health;
import io.dynamo.api.Store;
import io.dynamo.api.View;
import io.dynamo.api.cart.AddWinsCart;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** One node of a real cluster. It is opened after HTTP serves, so that {@code /health} can say "not yet". */
final class SingleNode implements Nodes {

    private record Running(DynamoNode node, Store<AddWinsCart> carts) {}

    private static final String FIRST_ID = "a";

    private final DynamoConfig config;
    private final String id;
    private final List<String> members;
    private volatile Optional<Running> running = Optional.empty();
    private final CompletableFuture<DynamoNode> opened = new CompletableFuture<>();
    private volatile boolean closed;

    SingleNode(DynamoConfig config) {
        this.config = config;
        this.members = members(config);
        this.id = config.get("node.id").orElse(FIRST_ID);
    }

    /** The member ids in the order of the file; empty if it names none. */
    static List<String> members(DynamoConfig config) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; ; i++) {
            Optional<String> member = config.get("cluster.members." + i + ".id");
            if (member.isEmpty()) {
                return List.copyOf(ids);
            }
            ids.add(member.get());
        }
    }

    /** Waits for the members as long as the configuration says. */
    void open() {
        DynamoNode node = DynamoNode.open(config);
        running = Optional.of(new Running(node, CartStore.of(node)));
        opened.complete(node);
        if (closed) {
            close();
        }
    }

    @Override
    public List<String> ids() {
        return List.of(id);
    }

    @Override
    public Health health(String ignored) {
        return running.map(up -> up.node().health()).orElseGet(() -> new Health(id, !closed, false, others(), ""));
    }

    private List<String> others() {
        return members.stream().filter(member -> !member.equals(id)).toList();
    }

    @Override
    public Store<AddWinsCart> carts(String ignored) {
        return running.orElseThrow(
                        () -> new IllegalStateException("node " + id + (closed ? " is closed" : " is still opening")))
                .carts();
    }

    @Override
    public Optional<View> view(String ignored) {
        return running.map(up -> up.node().view());
    }

    @Override
    public void whenOpen(Consumer<DynamoNode> taker) {
        var unused = opened.thenAccept(taker);
    }

    @Override
    public void close() {
        closed = true;
        running.ifPresent(up -> up.node().close());
    }
}
