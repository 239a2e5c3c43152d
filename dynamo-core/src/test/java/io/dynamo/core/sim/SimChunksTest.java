package io.dynamo.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.AsyncStore;
import io.dynamo.api.Codec;
import io.dynamo.api.Context;
import io.dynamo.api.Reconciler;
import io.dynamo.core.wire.Chunk;
import io.dynamo.core.wire.MessageFrame;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** On a network of short frames messages travel in chunks; nobody notices. */
class SimChunksTest {

    private static final Duration SOON = Duration.ofSeconds(5);

    @Test
    void networkOfShortFrames_carriesLongValues() {
        SimulationProfile.Network calm = SimulationProfile.calm().network();
        SimulatedCluster cluster = new SimulatedCluster(
                1,
                SimulationProfile.calm()
                        .with(new SimulationProfile.Network(
                                0.02, 0.1, calm.delayMin(), calm.delayMax(), 0.01, false, 0.1, 0, 600)));
        int[] chunks = {0};
        cluster.network()
                .tap((from, to, frame) -> chunks[0] += MessageFrame.open(frame).message() instanceof Chunk ? 1 : 0);
        assertThat(cluster.settle()).isTrue();
        String value = "x".repeat(10_000);
        cluster.await(store(cluster, "a").put("k", value, Context.none()), SOON);
        assertThat(cluster.await(store(cluster, "b").get("k"), SOON).value()).contains(value);
        assertThat(chunks[0]).isGreaterThan(2 * 10_000 / 600);
    }

    @Test
    void someSeedsOfTheSwarm_haveShortFrames() {
        long seeds = LongStream.rangeClosed(1, 100)
                .filter(seed -> Profiles.named("swarm", seed).network().frameBytesMax() < 2_049)
                .count();
        assertThat(seeds).isBetween(10L, 35L);
    }

    private static AsyncStore<String> store(SimulatedCluster cluster, String id) {
        return Objects.requireNonNull(cluster.node(id))
                .store("notes", Codec.utf8(), Reconciler.siblings())
                .async();
    }
}
