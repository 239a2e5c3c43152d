package io.dynamo.examples.cart;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.Codec;
import io.dynamo.api.Context;
import io.dynamo.api.DynamoConfig;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.Option;
import io.dynamo.api.Reconciler;
import io.dynamo.api.Store;
import io.dynamo.testing.FreePorts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Records that are longer than a gRPC frame, between three nodes over real connections. */
class LargeRecordIT {

    private static final List<String> IDS = List.of("a", "b", "c");
    private static final Option PATIENTLY = Option.timeout(Duration.ofSeconds(30));

    private final List<DynamoNode> nodes = new ArrayList<>();

    @BeforeEach
    void open() {
        int firstPort = FreePorts.inARow(IDS.size());
        DynamoConfig shared = DynamoConfig.empty()
                .with("transport.type", "grpc")
                .with("transport.grpc.max-frame", "16KiB")
                .with("cluster.ready-timeout", "60s");
        for (int i = 0; i < IDS.size(); i++) {
            shared = shared.with("cluster.members." + i + ".id", IDS.get(i))
                    .with("cluster.members." + i + ".host", "127.0.0.1")
                    .with("cluster.members." + i + ".port", firstPort + i);
        }
        DynamoConfig config = shared;
        // Each waits until it is linked, so they have to start together.
        List<Thread> starts = new ArrayList<>();
        DynamoNode[] opened = new DynamoNode[IDS.size()];
        for (int i = 0; i < IDS.size(); i++) {
            int number = i;
            starts.add(new Thread(() -> opened[number] = DynamoNode.open(
                    config.with("node.id", IDS.get(number)).with("transport.grpc.port", firstPort + number))));
        }
        starts.forEach(Thread::start);
        starts.forEach(LargeRecordIT::join);
        nodes.addAll(List.of(opened));
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void close() {
        nodes.forEach(DynamoNode::close);
    }

    private Store<String> notes(int node) {
        return nodes.get(node).store("notes", Codec.utf8(), Reconciler.siblings());
    }

    @Test
    void recordOfManyFrames_isWrittenAndReadWhole() {
        String large = "0123456789abcdef".repeat(60_000);

        notes(0).put("k", large, Context.none(), Option.w(3), PATIENTLY);
        for (int node = 0; node < 3; node++) {
            assertThat(notes(node).get("k", Option.r(3), PATIENTLY).value()).contains(large);
        }

        notes(1).put("k", large + "!", Context.none(), Option.w(3), PATIENTLY);
        assertThat(notes(2).get("k", Option.askAll(), PATIENTLY).siblings())
                .containsExactlyInAnyOrder(large, large + "!");
    }
}
