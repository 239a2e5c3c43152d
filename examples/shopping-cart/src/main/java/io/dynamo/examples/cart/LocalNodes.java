package io.dynamo.examples.cart;

import io.dynamo.api.DynamoConfig;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.Health;
import io.dynamo.api.LocalCluster;
import io.dynamo.api.Store;
import io.dynamo.api.cart.AddWinsCart;
import java.util.List;
import java.util.function.Consumer;

/** Three nodes in this process. */
final class LocalNodes implements Nodes {

    private static final String DATA = "data/local";

    private final LocalCluster cluster;
    private final List<String> ids;

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
        try {
            return cluster.node(id).health();
        } catch (IllegalStateException e) {
            return new Health(id, false, false, List.of(), String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Store<AddWinsCart> carts(String id) {
        return CartStore.of(cluster.node(id));
    }

    @Override
    public void whenOpen(Consumer<DynamoNode> taker) {
        cluster.nodes().forEach(taker);
    }

    @Override
    public void close() {
        cluster.close();
    }
}
