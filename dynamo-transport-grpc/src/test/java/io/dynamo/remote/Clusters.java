package io.dynamo.remote;

import io.dynamo.api.DynamoConfig;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.LocalCluster;
import io.dynamo.spi.Address;
import io.dynamo.testing.FreePorts;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.util.Map;

/** Clusters of real nodes on gRPC, on ports that were free. */
record Clusters(LocalCluster cluster, int firstPort) implements AutoCloseable {

    static Clusters open(int nodes, String... keysAndValues) {
        int port = FreePorts.inARow(nodes);
        DynamoConfig config = DynamoConfig.of(Map.of("transport.type", "grpc", "transport.grpc.port", "" + port));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            config = config.with(keysAndValues[i], keysAndValues[i + 1]);
        }
        return new Clusters(DynamoNode.local(nodes, config), port);
    }

    int port(String node) {
        return firstPort + node.charAt(0) - 'a';
    }

    String seed(String node) {
        return "127.0.0.1:" + port(node);
    }

    Address address(String node) {
        return new Address("127.0.0.1", port(node));
    }

    /** What a client of another language would open. */
    ManagedChannel channel(String node) {
        return Grpc.newChannelBuilder(seed(node), InsecureChannelCredentials.create())
                .build();
    }

    @Override
    public void close() {
        cluster.close();
    }
}
