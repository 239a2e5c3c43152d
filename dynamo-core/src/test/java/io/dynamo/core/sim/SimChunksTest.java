package io.dynamo.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.Codec;
import io.dynamo.api.Context;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.Read;
import io.dynamo.api.Reconciler;
import io.dynamo.core.wire.Chunk;
import io.dynamo.core.wire.MessageFrame;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** In some universes frames are so short that messages travel in chunks; nobody there notices. */
class SimChunksTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void someSeeds_haveShortFrames_andTheirClustersServe() {
        int inChunks = 0;
        for (long seed = 1; seed <= 20; seed++) {
            SimulatedCluster cluster = new SimulatedCluster(seed, SimulationProfile.calm());
            int[] chunks = {0};
            cluster.network()
                    .tap((from, to, frame) ->
                            chunks[0] += MessageFrame.open(frame).message() instanceof Chunk ? 1 : 0);
            assertThat(cluster.settle()).as("seed %d", seed).isTrue();
            String value = "x".repeat(10_000);

            CompletableFuture<?> put = node(cluster, "a")
                    .store("notes", Codec.utf8(), Reconciler.siblings())
                    .async()
                    .put("k", value, Context.none())
                    .toCompletableFuture();
            assertThat(cluster.runUntil(put::isDone, SECOND)).isTrue();
            CompletableFuture<Read<String>> read = node(cluster, "b")
                    .store("notes", Codec.utf8(), Reconciler.siblings())
                    .async()
                    .get("k")
                    .toCompletableFuture();
            assertThat(cluster.runUntil(read::isDone, SECOND)).isTrue();

            assertThat(read.join().value()).contains(value);
            inChunks += chunks[0] > 0 ? 1 : 0;
        }
        assertThat(inChunks).as("of 20 seeds").isBetween(2, 12);
    }

    private static DynamoNode node(SimulatedCluster cluster, String id) {
        DynamoNode node = cluster.node(id);
        assertThat(node).isNotNull();
        return java.util.Objects.requireNonNull(node);
    }
}
