package io.dynamo.examples.cart;

import io.dynamo.api.DynamoConfig;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.Health;
import io.dynamo.api.LocalCluster;
import io.dynamo.api.Store;
import io.dynamo.api.View;
import io.dynamo.api.cart.AddWinsCart;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Three nodes in this process; each can be stopped, and comes back with what it had. */
final class LocalNodes implements Nodes {

    private static final String DATA = "data/local";

    private final LocalCluster cluster;
    private final List<String> ids;
    private final List<Consumer<DynamoNode>> takers = new CopyOnWriteArrayList<>();
    private final Lock changes = new ReentrantLock();

    LocalNodes(LocalCluster cluster) {
        this.cluster = cluster;
        this.ids = cluster.nodes().stream().map(DynamoNode::id).toList();
    }

    static LocalNodes open(DynamoConfig config) {
        return new LocalNodes(DynamoNode.local(3, withDirectory(config)));
    }

    /** Beside the directories of the three files, so that neither finds the other's data. */
    static DynamoConfig withDirectory(DynamoConfig config) {
        String engine = config.get("storage.engine").orElse("memory");
        String path = "storage." + engine + ".path";
        return engine.equals("memory") || config.get(path).isPresent() ? config : config.with(path, DATA);
    }

    @Override
    public List<String> ids() {
        return ids;
    }

    @Override
    public Health health(String id) {
        return running(id)
                .map(DynamoNode::health)
                .orElseGet(() -> new Health(id, false, false, List.of(), stopped(id)));
    }

    @Override
    public Store<AddWinsCart> carts(String id) {
        return CartStore.of(running(id).orElseThrow(() -> new IllegalStateException(stopped(id))));
    }

    @Override
    public Optional<View> view(String id) {
        return running(id).map(DynamoNode::view);
    }

    private Optional<DynamoNode> running(String id) {
        return cluster.nodes().stream().filter(node -> node.id().equals(id)).findFirst();
    }

    private static String stopped(String id) {
        return "node " + id + " is stopped; POST /nodes/" + id + "/start starts it";
    }

    @Override
    public void whenOpen(Consumer<DynamoNode> taker) {
        takers.add(taker);
        cluster.nodes().forEach(taker);
    }

    @Override
    public boolean canStop() {
        return true;
    }

    @Override
    public boolean stop(String id) {
        return changing(() -> {
            boolean isRunning = running(id).isPresent();
            cluster.kill(id);
            return isRunning;
        });
    }

    @Override
    public boolean start(String id) {
        return changing(() -> {
            if (running(id).isPresent()) {
                return false;
            }
            DynamoNode node = cluster.restart(id);
            takers.forEach(taker -> taker.accept(node));
            return true;
        });
    }

    /** One at a time, so that of two requests to start one node the second is told that it runs. */
    private boolean changing(BooleanSupplier change) {
        changes.lock();
        try {
            return change.getAsBoolean();
        } finally {
            changes.unlock();
        }
    }

    @Override
    public void close() {
        cluster.close();
    }
}
