package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.Context;
import io.dynamo.api.Option;
import io.dynamo.api.QuorumException;
import io.dynamo.api.Read;
import io.dynamo.api.ReplicaAnswer.Status;
import io.dynamo.api.Written;
import io.dynamo.core.wire.CoordinatePutRequest;
import io.dynamo.core.wire.GetReplicaRequest;
import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import io.dynamo.spi.WriteBatch;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a read is answered: all maximal versions, repaired, hedged, and an error is never "not found" (Dynamo §4.5, §5). */
class ReadTest {

    @Test
    void readRepair_staleReplicaIsBroughtUpToDate() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Context seen = cluster.text("a")
                    .put("k", "old", Context.none(), Option.w(3))
                    .context();
            cluster.network.lose(message -> message.to().equals("c") && message.is(PutReplicaRequest.class));
            cluster.text("a").put("k", "new", seen);
            cluster.network.heal();
            assertThat(cluster.values("c", "k")).containsExactly("old");

            assertThat(cluster.text("b").get("k", Option.askAll()).value()).contains("new");
            cluster.time.run(TestCluster.SECOND);

            assertThat(cluster.held("c", "k")).isEqualTo(cluster.held("a", "k"));
            assertThat(cluster.node("b").figures().repairs()).isEqualTo(1);
        }
    }

    @Test
    void readRepair_staleSelfAndSeveralSidesAtOnce_allEndEqual() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.network.lose(message -> message.is(PutReplicaRequest.class));
            for (String node : List.of("a", "b", "c")) {
                cluster.text(node).put("k", node, Context.none(), Option.w(1));
            }
            cluster.network.heal();

            assertThat(cluster.text("a").get("k", Option.r(3)).siblings()).containsExactlyInAnyOrder("a", "b", "c");
            cluster.time.run(TestCluster.SECOND);

            assertThat(cluster.held("b", "k")).isEqualTo(cluster.held("a", "k"));
            assertThat(cluster.held("c", "k")).isEqualTo(cluster.held("a", "k"));
            assertThat(cluster.values("a", "k")).containsExactly("a", "b", "c");
        }
    }

    /** Most reads ask R replicas; a sampled share of them asks all N, for the sake of repair alone. */
    @Test
    void sampledRead_asksAllReplicasAndRepairsTheStaleOne() {
        try (TestCluster cluster = TestCluster.of(3, "read.repair-sample", "1.0")) {
            Context seen = cluster.text("a")
                    .put("k", "old", Context.none(), Option.w(3))
                    .context();
            cluster.network.lose(message -> message.to().equals("c") && message.is(PutReplicaRequest.class));
            cluster.text("a").put("k", "new", seen);
            cluster.network.heal();

            cluster.text("a").get("k", Option.r(1));
            assertThat(cluster.network.sent(GetReplicaRequest.class))
                    .as("a read of one replica is never sampled")
                    .isEmpty();
            assertThat(cluster.text("a").get("k").value()).contains("new");
            cluster.time.run(TestCluster.SECOND);

            assertThat(cluster.network.sent(GetReplicaRequest.class))
                    .extracting(TestNetwork.Sent::to)
                    .containsExactlyInAnyOrder("b", "c");
            assertThat(cluster.held("c", "k")).isEqualTo(cluster.held("a", "k"));
            assertThat(cluster.node("a").figures().repairs()).isEqualTo(1);
        }
    }

    @Test
    void unsampledRead_asksNoMoreThanR() {
        try (TestCluster cluster = TestCluster.of(3, "read.repair-sample", "0")) {
            cluster.text("a").put("k", "one", Context.none(), Option.w(3));

            cluster.text("a").get("k");
            cluster.time.run(TestCluster.SECOND);

            assertThat(cluster.network.sent(GetReplicaRequest.class)).hasSize(1);
        }
    }

    /** Dynamo §5: the write goes to the node that answered reads fastest, whichever of the list that is. */
    @Test
    void forwardedPut_isCoordinatedByTheNodeThatAnsweredFastest() {
        for (String fastest : List.of("a", "b", "c")) {
            try (TestCluster cluster = TestCluster.of(4)) {
                String key = cluster.keyNotOn("d", 3);
                cluster.network.slow(
                        message -> message.touches("d") && !message.touches(fastest),
                        Duration.ofMillis(3).toNanos());
                cluster.text("d").get(key, Option.askAll());
                cluster.time.run(TestCluster.SECOND);

                Written written = cluster.text("d").put(key, "one", Context.none());

                assertThat(written.coordinator()).isEqualTo(fastest);
                assertThat(cluster.network.sent(CoordinatePutRequest.class))
                        .extracting(TestNetwork.Sent::to)
                        .containsExactly(fastest);
            }
        }
    }

    @Test
    void readOfEqualReplicas_repairsNothing() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.text("a").put("k", "one", Context.none(), Option.w(3));
            int before = cluster.network.sent(PutReplicaRequest.class).size();

            cluster.repair("k");

            assertThat(cluster.network.sent(PutReplicaRequest.class)).hasSize(before);
        }
    }

    @Test
    void slowReplica_readIsHedged() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.text("a").put("k", "one", Context.none(), Option.w(3));
            List<String> others = cluster.preferenceList("k").stream()
                    .filter(node -> !node.equals("a"))
                    .toList();
            // Nobody was asked before, so the first of the list is believed to be as fast as the other.
            cluster.network.slow(
                    message -> message.touches(others.get(0)),
                    Duration.ofMillis(600).toNanos());
            long before = cluster.time.nowNanos();

            Read<String> read = cluster.text("a").get("k", Option.trace());

            assertThat(read.value()).contains("one");
            assertThat(cluster.time.nowNanos() - before)
                    .isLessThan(Duration.ofMillis(201).toNanos());
            assertThat(read.trace().toString()).contains("hedge").contains(others.get(1) + " answered VALUE");
        }
    }

    @Test
    void failedReplica_nextOneIsAskedAtOnce() {
        try (TestCluster cluster = TestCluster.of(3, "read.hedge.min", "200ms", "cache.bytes", "0B")) {
            cluster.text("a").put("k", "one", Context.none(), Option.w(3));
            String first = cluster.preferenceList("k").get(0).equals("a")
                    ? cluster.preferenceList("k").get(1)
                    : cluster.preferenceList("k").get(0);
            cluster.engine(first).failsReads = true;
            long before = cluster.time.nowNanos();

            assertThat(cluster.text("a").get("k").value()).contains("one");
            assertThat(cluster.time.nowNanos() - before)
                    .isLessThan(Duration.ofMillis(10).toNanos());
        }
    }

    @Test
    void error_isNeverNotFound() {
        try (TestCluster cluster = TestCluster.of(3, "cache.bytes", "0B")) {
            cluster.text("a").put("k", "one", Context.none());
            for (String node : List.of("a", "b")) {
                cluster.engine(node).failsReads = true;
                for (int r = 1; r <= 3; r++) {
                    int answers = r;
                    assertThatThrownBy(() -> {
                                Read<String> read = cluster.text(node).get("k", Option.r(3));
                                throw new AssertionError("read " + read + " with r = " + answers);
                            })
                            .isInstanceOfSatisfying(
                                    QuorumException.class,
                                    e -> assertThat(e.replicas())
                                            .noneMatch(answer -> answer.status() == Status.NOT_FOUND)
                                            .anyMatch(answer -> answer.status() == Status.FAILED
                                                    && answer.detail().contains("a bad block")));
                }
            }
            assertThat(cluster.text("c").get("k", Option.r(1)).value()).contains("one");
            cluster.engine("c").failsReads = true;
            assertThatThrownBy(() -> cluster.text("c").get("k", Option.r(1))).isInstanceOf(QuorumException.class);
            assertThatThrownBy(() -> cluster.text("a").put("k", "two", Context.none()))
                    .hasMessageContaining("a bad block");
        }
    }

    @Test
    void corruptRecord_isAnErrorNotAMissingKey() {
        try (TestCluster cluster = TestCluster.of(1, "cache.bytes", "0B")) {
            cluster.text("a").put("k", "one", Context.none());
            var entry = cluster.engine("a").entries(Space.RECORDS).get(0);
            for (int at = 0; at < entry.getValue().length; at++) {
                byte[] flipped = entry.getValue().clone();
                flipped[at] ^= 4;
                cluster.engine("a")
                        .write(new WriteBatch().put(Space.RECORDS, entry.getKey(), flipped), Durability.SYNC, e -> {});

                assertThatThrownBy(() -> cluster.text("a").get("k"))
                        .as("byte " + at)
                        .isInstanceOf(QuorumException.class)
                        .hasMessageContaining("notes/k is corrupt");
            }
        }
    }

    @Test
    void valueTombstoneAndNotFound_areThreeAnswers() {
        try (TestCluster cluster = TestCluster.of(3)) {
            assertThat(answers(cluster)).containsOnly("NOT_FOUND");
            Context seen = cluster.text("a")
                    .put("k", "one", Context.none(), Option.w(3))
                    .context();
            assertThat(answers(cluster)).containsOnly("VALUE");
            cluster.text("a").delete("k", seen, Option.w(3));
            assertThat(answers(cluster)).containsOnly("TOMBSTONE");
        }
    }

    private static List<String> answers(TestCluster cluster) {
        return cluster.text("a").get("k", Option.r(3), Option.trace()).trace().events().stream()
                .map(event -> event.what())
                .filter(what -> what.contains(" answered "))
                .map(what -> what.substring(what.lastIndexOf(' ') + 1))
                .toList();
    }

    @Test
    void missingOnTheFastestReplica_doesNotWinOverAValue() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.network.lose(message -> message.to().equals("a"));
            cluster.text("b").put("k", "one", Context.none());
            cluster.network.heal();

            assertThat(cluster.text("a").get("k").value()).as("R + W > N").contains("one");
        }
    }

    @Test
    void lostFrames_areSentAgainWithinTheTimeout() {
        try (TestCluster cluster = TestCluster.of(3)) {
            int[] count = {0};
            cluster.network.lose(message -> count[0]++ < 4);

            cluster.text("a").put("k", "one", Context.none());

            count[0] = 0;
            assertThat(cluster.text("b").get("k").value()).contains("one");
        }
    }
}
