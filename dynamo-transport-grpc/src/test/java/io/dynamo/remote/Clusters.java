package io.dynamo.remote;

import io.dynamo.api.DynamoConfig;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.LocalCluster;
import io.dynamo.spi.Address;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Clusters of real nodes on gRPC, on ports that were free. */
record Clusters(LocalCluster cluster, int firstPort) implements AutoCloseable {

    static Clusters open(int nodes, String... keysAndValues) {
        int port = freePorts(nodes);
        DynamoConfig config = DynamoConfig.of(Map.of("transport.type", "grpc", "transport.grpc.port", "" + port));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            config = config.with(keysAndValues[i], keysAndValues[i + 1]);
        }
        return new Clusters(DynamoNode.local(nodes, config), port);
    }

    /** As many ports in a row as there are nodes. */
    private static int freePorts(int count) {
        for (int attempt = 0; attempt < 100; attempt++) {
            List<ServerSocket> bound = new ArrayList<>();
            try {
                ServerSocket first = new ServerSocket(0);
                bound.add(first);
                for (int i = 1; i < count; i++) {
                    bound.add(new ServerSocket(first.getLocalPort() + i));
                }
                return first.getLocalPort();
            } catch (IOException | IllegalArgumentException e) {
                // One of them is taken: others may not be.
                continue;
            } finally {
                bound.forEach(Clusters::close);
            }
        }
        throw new IllegalStateException("no " + count + " free ports in a row");
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
