package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.Context;
import io.dynamo.api.Option;
import io.dynamo.api.QuorumException;
import io.dynamo.core.replica.WriteBuffer;
import io.dynamo.spi.Space;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Replicas acknowledge what they have not written yet, up to a bound, and readers see it (Dynamo §6.1). */
class WriteBufferTest {

    private static final List<String> ALL = List.of("a", "b", "c");
    private static final Option SOON = Option.timeout(Duration.ofMillis(100));

    private static TestCluster cluster(int objects) {
        return TestCluster.of(
                3, "stores.notes.durability", "buffered", "stores.notes.write-buffer", Integer.toString(objects));
    }

    private static void hold(TestCluster cluster) {
        ALL.forEach(id -> cluster.engine(id).holdsWrites = true);
    }

    private static void release(TestCluster cluster) {
        ALL.forEach(id -> cluster.engine(id).releaseWrites());
        cluster.time.run(TestCluster.SECOND);
    }

    private static WriteBuffer.Figures figures(TestCluster cluster) {
        return cluster.core("a").figures().buffer();
    }

    @Test
    void write_isAcknowledgedAndRead_beforeAnyDiskHasIt() {
        try (TestCluster cluster = cluster(10)) {
            hold(cluster);
            cluster.text("a").put("k", "v", Context.none(), Option.w(3));
            assertThat(cluster.text("b").get("k", Option.r(3)).siblings()).containsExactly("v");
            assertThat(cluster.engine("a").entries(Space.RECORDS)).isEmpty();
            assertThat(figures(cluster).waiting()).isEqualTo(1);
            release(cluster);
            assertThat(cluster.engine("a").entries(Space.RECORDS)).hasSize(1);
            assertThat(figures(cluster)).isEqualTo(new WriteBuffer.Figures(0, 1, 0));
        }
    }

    @Test
    void atTheBound_aWriteWaitsForTheDisk() {
        try (TestCluster cluster = cluster(2)) {
            hold(cluster);
            cluster.text("a").put("k1", "v", Context.none());
            cluster.text("a").put("k2", "v", Context.none());
            assertThatThrownBy(() -> cluster.text("a").put("k3", "v", Context.none(), SOON))
                    .isInstanceOf(QuorumException.class);
            assertThat(figures(cluster).most()).isEqualTo(2);
            release(cluster);
            cluster.text("a").put("k4", "v", Context.none(), SOON);
            assertThat(cluster.text("b").get("k3").siblings()).containsExactly("v");
        }
    }

    @Test
    void acknowledgementThatMustBeSynced_waitsForTheDisk() {
        try (TestCluster cluster = cluster(10)) {
            hold(cluster);
            assertThatThrownBy(() -> cluster.text("a").put("k", "v", Context.none(), Option.durable(1), SOON))
                    .isInstanceOf(QuorumException.class);
            release(cluster);
        }
    }

    @Test
    void crash_losesWhatWasNotWritten_andNoDotIsUsedAgain() {
        try (TestCluster cluster = cluster(10)) {
            hold(cluster);
            cluster.text("a").put("k", "v", Context.none());
            ALL.forEach(id -> {
                TestEngine asItIs = cluster.engine(id).copy();
                cluster.kill(id);
                cluster.changeEngine(id, asItIs);
            });
            ALL.forEach(id -> cluster.start(id));
            cluster.link();
            assertThat(cluster.text("a").get("k").siblings()).isEmpty();
            cluster.text("a").put("k", "w", Context.none());
            assertThat(cluster.values("a", "k")).containsExactly("w");
        }
    }

    @Test
    void failedCommit_isCounted_andEndsTheIncarnation() {
        try (TestCluster cluster = cluster(10)) {
            hold(cluster);
            cluster.text("a").put("k", "v", Context.none());
            cluster.engine("a").failHeldWrites();
            cluster.time.run(Duration.ofMillis(1));
            assertThat(figures(cluster).lost()).isEqualTo(1);
            assertThat(cluster.node("a").health().problem()).isNotEmpty();
            release(cluster);
            assertThat(cluster.values("b", "k")).containsExactly("v");
        }
    }

    @Test
    void differentBuffers_areRefusedAtTheHandshake() {
        try (TestCluster cluster = cluster(10)) {
            cluster.kill("b");
            cluster.start("b", "stores.notes.write-buffer", "20");
            cluster.time.run(Duration.ofSeconds(5));

            assertThat(cluster.node("a").health().problem())
                    .containsPattern("stores.notes.write-buffer = (10 here, 20 there|20 here, 10 there)");
        }
    }
}
