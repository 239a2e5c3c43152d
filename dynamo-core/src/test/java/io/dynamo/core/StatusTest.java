package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.AsyncStore;
import io.dynamo.api.Context;
import io.dynamo.api.Status;
import io.dynamo.api.Status.Kind;
import io.dynamo.api.Status.Work;
import io.dynamo.core.coordinate.Pace;
import io.dynamo.core.wire.CompareTreesRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Work in the background is seen, and makes way for requests (Dynamo §6.5). */
class StatusTest {

    private static Work work(TestCluster cluster, String id, Kind kind) {
        return cluster.node(id).status().work().stream()
                .filter(work -> work.kind() == kind)
                .findFirst()
                .orElseThrow();
    }

    /** Three nodes of which c is down; a owes it so many keys of 1 KiB. */
    private static TestCluster owing(int keys, String... settings) {
        TestCluster cluster = TestCluster.of(3, settings);
        cluster.kill("c");
        cluster.noticeSilence();
        for (int i = 0; i < keys; i++) {
            cluster.text("a").put("k" + i, "x".repeat(1_000), Context.none());
        }
        return cluster;
    }

    @Test
    void handingOver_isSeenToGoOn() {
        try (TestCluster cluster = owing(20)) {
            assertThat(work(cluster, "a", Kind.HANDOFF)).isEqualTo(new Work(Kind.HANDOFF, 0, 20));

            cluster.start("c");
            cluster.link();
            cluster.time.run(TestCluster.SECOND);

            assertThat(work(cluster, "a", Kind.HANDOFF)).isEqualTo(new Work(Kind.HANDOFF, 20, 0));
            Status status = cluster.node("a").status();
            assertThat(status.node()).isEqualTo("a");
            assertThat(status.share()).isEqualTo(Pace.BEGIN);
        }
    }

    @Test
    void comparing_andCatchingUp_areSeen() {
        try (TestCluster cluster = TestCluster.of(3, "cluster.partitions", "8")) {
            assertThat(work(cluster, "a", Kind.CATCHING_UP)).isEqualTo(new Work(Kind.CATCHING_UP, 8, 0));
            cluster.network.lose(message -> message.is(CompareTreesRequest.class));
            cluster.kill("a");
            cluster.noticeSilence();
            cluster.changeEngine("a", new TestEngine());
            cluster.start("a");
            cluster.link();

            assertThat(work(cluster, "a", Kind.CATCHING_UP)).isEqualTo(new Work(Kind.CATCHING_UP, 0, 8));
            cluster.time.runUntil(
                    () -> work(cluster, "a", Kind.COMPARISON).left() > 0, TestCluster.SECOND.multipliedBy(2));
            cluster.network.heal();
            cluster.time.runUntil(() -> work(cluster, "a", Kind.CATCHING_UP).left() == 0, Duration.ofSeconds(60));
            assertThat(work(cluster, "a", Kind.COMPARISON).done()).isGreaterThanOrEqualTo(16);
        }
    }

    @Test
    void requestsThatTakeTooLong_comeFirst_andHandingOverEndsAllTheSame() {
        try (TestCluster cluster = owing(1_000, "hints.rate", "100KiB", "background.latency-max", "1ms")) {
            cluster.network.slow(
                    message -> message.touches("a"), Duration.ofMillis(2).toNanos());
            AsyncStore<String> store = cluster.text("a").async();
            for (int moment = 0; moment < 200; moment++) {
                cluster.time.after(Duration.ofMillis(100L * moment).toNanos(), () -> {
                    for (int i = 0; i < 20; i++) {
                        var unused = store.get("k" + i);
                    }
                });
            }
            cluster.start("c");
            cluster.time.run(Duration.ofSeconds(19));

            assertThat(cluster.node("a").status().share()).isLessThan(0.1);
            assertThat(cluster.node("a").status().p99()).isPresent();
            assertThat(work(cluster, "a", Kind.HANDOFF).left()).isGreaterThan(500);
            cluster.time.run(Duration.ofSeconds(40));
            assertThat(work(cluster, "a", Kind.HANDOFF).left()).isZero();
            assertThat(cluster.node("a").status().share())
                    .as("what the next work begins with")
                    .isEqualTo(Pace.BEGIN);
        }
    }
}
