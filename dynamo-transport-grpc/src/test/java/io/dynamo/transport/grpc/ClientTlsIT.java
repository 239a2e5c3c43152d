package io.dynamo.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.Codec;
import io.dynamo.api.Context;
import io.dynamo.api.DynamoConfig;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.QuorumException;
import io.dynamo.api.Reconciler;
import io.dynamo.api.Store;
import io.dynamo.remote.DynamoClient;
import io.dynamo.testing.FreePorts;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With TLS, clients need a certificate as nodes do; it need not name a node. */
class ClientTlsIT {

    @TempDir
    Path folder;

    private static DynamoConfig client(int port, Certificates own, Path trust) {
        return DynamoConfig.of(Map.of(
                "client.seeds", "127.0.0.1:" + port,
                "client.timeout", "5s",
                "client.tls.cert", own.cert().toString(),
                "client.tls.key", own.key().toString(),
                "client.tls.trust", trust.toString()));
    }

    @Test
    void clientWithATrustedCertificate_isServed_othersAreNot() throws Exception {
        Certificates node = Certificates.make(folder, "node", "a");
        Certificates friend = Certificates.make(folder, "friend", "till-7");
        Certificates stranger = Certificates.make(folder, "stranger", "till-8");
        Path trustOfNode = Certificates.trust(folder.resolve("node.trust"), node, friend);
        Path trustOfClients = Certificates.trust(folder.resolve("clients.trust"), node);
        int port = FreePorts.inARow(1);
        DynamoConfig config = DynamoConfig.of(Map.of(
                "node.id",
                "a",
                "transport.type",
                "grpc",
                "transport.grpc.port",
                "" + port,
                "transport.grpc.tls.cert",
                node.cert().toString(),
                "transport.grpc.tls.key",
                node.key().toString(),
                "transport.grpc.tls.trust",
                trustOfNode.toString()));
        try (DynamoNode open = DynamoNode.open(config)) {
            try (DynamoClient client = DynamoClient.connect(client(port, friend, trustOfClients))) {
                Store<String> store = client.store("s", Codec.utf8(), Reconciler.siblings());
                store.put("k", "v", Context.none());
                assertThat(store.get("k").value()).contains("v");
            }
            assertThat(open.store("s", Codec.utf8(), Reconciler.siblings())
                            .get("k")
                            .value())
                    .contains("v");
            assertThatThrownBy(() -> DynamoClient.connect(client(port, stranger, trustOfClients)))
                    .isInstanceOf(QuorumException.class);
            assertThatThrownBy(() -> DynamoClient.connect("127.0.0.1:" + port)).isInstanceOf(QuorumException.class);
        }
    }
}
