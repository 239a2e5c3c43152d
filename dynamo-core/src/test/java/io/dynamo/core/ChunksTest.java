package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.Context;
import io.dynamo.api.Option;
import io.dynamo.api.QuorumException;
import io.dynamo.api.ReplicaAnswer.Status;
import io.dynamo.core.TestNetwork.Sent;
import io.dynamo.core.wire.Chunk;
import io.dynamo.core.wire.Envelope;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.Rejection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Messages that are longer than the transport's frames arrive all the same, and whole. */
class ChunksTest {

    private static final int FRAME = 2_000;
    private static final String LARGE = "x".repeat(20_000);

    private static TestCluster cluster(int nodes, String... settings) {
        TestCluster cluster = TestCluster.of(nodes, settings);
        cluster.network.frameBytesMax = FRAME;
        return cluster;
    }

    private static List<Sent> chunks(TestCluster cluster) {
        return cluster.network.sent(Chunk.class);
    }

    @Test
    void put_recordLargerThanAFrame_reachesAllReplicas() {
        try (TestCluster cluster = cluster(3)) {
            cluster.text("a").put("k", LARGE, Context.none(), Option.w(3));

            assertThat(chunks(cluster)).hasSizeGreaterThan(20);
            for (String node : List.of("a", "b", "c")) {
                assertThat(cluster.values(node, "k")).containsExactly(LARGE);
            }
        }
    }

    @Test
    void forwardedPut_valueLargerThanAFrame_reachesItsCoordinator() {
        try (TestCluster cluster = cluster(4)) {
            String key = cluster.keyNotOn("a", 3);

            cluster.text("a").put(key, LARGE, Context.none(), Option.w(3));

            assertThat(cluster.text("a").get(key, Option.r(3)).value()).contains(LARGE);
        }
    }

    @Test
    void read_recordLargerThanAFrame_isAnsweredByOthers() {
        try (TestCluster cluster = cluster(3)) {
            cluster.network.lose(message -> message.touches("c"));
            cluster.text("a").put("k", LARGE, Context.none());
            cluster.network.heal();

            assertThat(cluster.text("c").get("k").value()).contains(LARGE);
        }
    }

    @Test
    void readRepair_recordMergedBeyondAFrame_reachesAllReplicas() {
        try (TestCluster cluster = cluster(3)) {
            String half = "x".repeat(FRAME / 2);
            cluster.network.lose(message -> !(message.message() instanceof Message.Response));
            for (String node : List.of("a", "b", "c")) {
                cluster.text(node).put("k", node + half, Context.none(), Option.w(1));
            }
            cluster.network.heal();
            assertThat(chunks(cluster)).as("each fits a frame").isEmpty();

            cluster.repair("k");

            assertThat(chunks(cluster)).isNotEmpty();
            for (String node : List.of("a", "b", "c")) {
                assertThat(cluster.values(node, "k")).containsExactly("a" + half, "b" + half, "c" + half);
            }
        }
    }

    @Test
    void keys_pagesLargerThanAFrame_areComplete() {
        try (TestCluster cluster = cluster(3, "cluster.partitions", "3")) {
            Set<String> keys = new TreeSet<>();
            for (int i = 0; i < 100; i++) {
                keys.add("key-" + i);
                cluster.text("a").put("key-" + i, "v", Context.none());
            }
            assertThat(chunks(cluster)).isEmpty();

            try (var listed = cluster.text("b").keys()) {
                assertThat(listed).containsExactlyInAnyOrderElementsOf(keys);
            }
            assertThat(chunks(cluster)).isNotEmpty();
        }
    }

    @Test
    void smallMessages_areNotCut() {
        try (TestCluster cluster = cluster(3)) {
            cluster.text("a").put("k", "small", Context.none(), Option.w(3));
            cluster.text("b").get("k", Option.r(3));
            cluster.time.run(Duration.ofSeconds(5));

            assertThat(chunks(cluster)).isEmpty();
        }
    }

    @Test
    void framesShorterThanAGreeting_nodesMeetAllTheSame() {
        TestCluster cluster = TestCluster.unstarted(3);
        cluster.network.frameBytesMax = 150;
        List.of("a", "b", "c").forEach(node -> cluster.start(node));
        cluster.link();
        try (cluster) {
            cluster.text("a").put("k", "one", Context.none(), Option.w(3));

            assertThat(cluster.text("b").get("k", Option.r(3)).value()).contains("one");
            assertThat(chunks(cluster)).isNotEmpty();
        }
    }

    @Test
    void lostChunk_isCompletedByTheResend() {
        try (TestCluster cluster = cluster(3)) {
            // Of each message to a node another chunk is lost each time: no sending arrives as a whole.
            List<Integer> lost = new ArrayList<>(List.of(1, 0));
            cluster.network.lose(message -> message.to().equals("c")
                    && !lost.isEmpty()
                    && message.isChunk(lost.get(0))
                    && lost.remove(0) != null);
            long before = cluster.time.nowNanos();

            cluster.text("a").put("k", LARGE, Context.none(), Option.w(3));

            assertThat(lost).isEmpty();
            assertThat(cluster.time.nowNanos() - before)
                    .as("one resend was enough")
                    .isLessThan(Duration.ofMillis(300).toNanos());
            assertThat(cluster.values("c", "k")).containsExactly(LARGE);
        }
    }

    @Test
    void lostChunkOfAnAnswer_isCompletedByTheNextAnswer() {
        try (TestCluster cluster = cluster(3)) {
            cluster.text("a").put("k", LARGE, Context.none(), Option.w(3));
            List<Integer> lost = new ArrayList<>(List.of(3, 5));
            cluster.network.lose(message -> message.isBetween("b", "c")
                            && !lost.isEmpty()
                            && message.isChunk(lost.get(0))
                            && lost.remove(0) != null
                    || message.isBetween("a", "b"));
            long before = cluster.time.nowNanos();

            assertThat(cluster.text("b").get("k", Option.r(2)).value()).contains(LARGE);

            assertThat(lost).isEmpty();
            assertThat(cluster.time.nowNanos() - before)
                    .as("one resend was enough")
                    .isLessThan(Duration.ofMillis(300).toNanos());
        }
    }

    @Test
    void chunkRefusedInTheMiddle_messageCountsAsNotSent() {
        try (TestCluster cluster = cluster(3)) {
            cluster.network.refuse(message -> message.to().equals("c") && message.isChunk(4));

            assertThatThrownBy(() -> cluster.text("a").put("k", LARGE, Context.none(), Option.w(3)))
                    .isInstanceOfSatisfying(
                            QuorumException.class,
                            e -> assertThat(e.replicas())
                                    .anyMatch(answer ->
                                            answer.node().equals("c") && answer.status() == Status.UNREACHABLE));
            assertThat(chunks(cluster).stream()
                            .filter(sent -> sent.to().equals("c"))
                            .map(sent -> ((Chunk) sent.message()).index()))
                    .containsExactly(0, 1, 2, 3);
            assertThat(cluster.values("c", "k")).isEmpty();
        }
    }

    @Test
    void requestInChunks_toAnEarlierRun_isRejectedAndNotApplied() {
        try (TestCluster cluster = cluster(3)) {
            cluster.network.lose(message -> message.touches("c") && message.is(Chunk.class));
            cluster.text("a").put("k", LARGE, Context.none());
            cluster.network.heal();
            List<Sent> request = chunks(cluster).stream()
                    .filter(sent -> sent.to().equals("c"))
                    .toList();
            cluster.restart("c");

            request.forEach(cluster.network::repeat);
            cluster.time.run(Duration.ofMillis(1));

            assertThat(cluster.network.sent(Rejection.class)).anySatisfy(sent -> {
                assertThat(sent.from()).isEqualTo("c");
                assertThat(((Rejection) sent.message()).reason()).isEqualTo(Rejection.Reason.STALE_SESSION);
            });
            assertThat(cluster.values("c", "k")).isEmpty();
        }
    }

    @Test
    void chunksOfStrangersAndOfNoSense_changeNothing() {
        try (TestCluster cluster = cluster(3)) {
            cluster.text("a").put("k", LARGE, Context.none(), Option.w(3));
            Sent real = chunks(cluster).stream()
                    .filter(sent -> sent.to().equals("b"))
                    .findFirst()
                    .orElseThrow();
            Chunk absurd = new Chunk(1, 0, Integer.MAX_VALUE, Integer.MAX_VALUE, 1, new byte[1]);
            for (String from : List.of("x", "", "b", "c")) {
                cluster.network.repeat(new Sent(from, "b", new Envelope(from, 0, 0, absurd)));
                cluster.network.repeat(new Sent(from, "b", new Envelope(from, 1, 2, real.message())));
            }
            cluster.time.run(Duration.ofSeconds(30));

            assertThat(cluster.node("b").health().live()).isTrue();
            assertThat(cluster.node("b").droppedChunks().overLimit())
                    .as("of the one member among them")
                    .isEqualTo(1);
            assertThat(cluster.node("b").droppedChunks().expired()).isEqualTo(1);
            assertThat(cluster.text("b").get("k", Option.r(3)).value()).contains(LARGE);
        }
    }

    @Test
    void messageBeyondTheMemoryForChunks_doesNotArriveAndIsCounted() {
        try (TestCluster cluster =
                cluster(3, "limits.chunk-bytes", "16KiB", "limits.value", "8KiB", "limits.record", "16KiB")) {
            String most = "x".repeat(8_000);
            cluster.network.lose(message -> !(message.message() instanceof Message.Response));
            for (String node : List.of("a", "b", "c")) {
                cluster.text(node).put("k", node + most, Context.none(), Option.w(1));
            }
            cluster.network.heal();

            cluster.repair("k");

            assertThat(cluster.node("b").droppedChunks().overLimit()
                            + cluster.node("c").droppedChunks().overLimit())
                    .isPositive();
            assertThat(cluster.text("a").get("k", Option.r(3)).siblings()).hasSize(3);
        }
    }
}
