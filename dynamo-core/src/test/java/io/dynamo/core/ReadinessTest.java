package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.Context;
import io.dynamo.api.DynamoConfig;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.LocalCluster;
import io.dynamo.api.Option;
import io.dynamo.api.Reconciler;
import io.dynamo.api.StorageFailedException;
import io.dynamo.core.transport.InProcessNetwork;
import io.dynamo.core.wire.CompareTreesRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * When opening a node returns. With R = W = 1 a node alone is a quorum: it must still hear whether the others know it under
 * another data directory, or it would deny what it has acknowledged.
 */
class ReadinessTest {

    private static final String[] ALONE_IS_A_QUORUM = {"quorum.r", "1", "quorum.w", "1"};
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Test
    void wipedNode_thatIsAQuorumAlone_opensWhenItIsLetIn_andAnswersNoReaders() {
        try (TestCluster cluster = TestCluster.of(3, ALONE_IS_A_QUORUM)) {
            cluster.text("a").put("k", "one", Context.none(), Option.w(3));
            cluster.kill("a");
            cluster.changeEngine("a", new TestEngine());
            cluster.network.lose(message -> message.is(CompareTreesRequest.class));
            cluster.start("a");

            cluster.awaitReady("a", LIMIT);

            assertThat(cluster.node("a").view().catchingUp()).isPresent();
            assertThat(cluster.text("a").get("k").value()).contains("one");
        }
    }

    @Test
    void wipedNode_firstAnswersLost_waitsUntilItIsJudged() {
        try (TestCluster cluster = TestCluster.of(3, ALONE_IS_A_QUORUM)) {
            cluster.text("a").put("k", "one", Context.none(), Option.w(3));
            cluster.kill("a");
            cluster.changeEngine("a", new TestEngine());
            long until = cluster.time.nowNanos() + LIMIT.dividedBy(2).toNanos();
            cluster.network.lose(message -> message.touches("a") && cluster.time.nowNanos() < until);
            cluster.start("a");

            cluster.awaitReady("a", LIMIT);

            assertThat(cluster.time.nowNanos()).isGreaterThan(until);
            assertThat(cluster.text("a").get("k").value()).contains("one");
        }
    }

    @Test
    void newcomer_whosePlaceIsTaken_throwsAfterTheTimeout() {
        try (TestCluster cluster = TestCluster.of(3, ALONE_IS_A_QUORUM)) {
            // Taking over the address of a living node with a directory of its own.
            cluster.changeEngine("b", new TestEngine());
            cluster.start("b");

            assertThatThrownBy(() -> cluster.awaitReady("b", LIMIT.dividedBy(2)))
                    .isInstanceOf(StorageFailedException.class)
                    .hasMessageContaining("node b was refused")
                    .hasMessageContaining("whose holder was heard a moment ago");
        }
    }

    @Test
    void knownNode_isOpenAsSoonAsOneOtherLetsItIn() {
        try (TestCluster cluster = TestCluster.of(3, ALONE_IS_A_QUORUM)) {
            cluster.kill("a", "b");
            cluster.start("a");
            long from = cluster.time.nowNanos();

            cluster.awaitReady("a", LIMIT);

            assertThat(cluster.time.nowNanos() - from).isLessThan(TestCluster.SECOND.toNanos());
            assertThat(cluster.node("a").health().missing()).containsExactly("b");
        }
    }

    /** A cluster that was down as a whole begins with somebody, and stays writeable (Dynamo §2). */
    @Test
    void firstNodeOfACluster_nobodyAnswers_servesAfterTheTimeout() {
        try (TestCluster cluster = TestCluster.unstarted(3, ALONE_IS_A_QUORUM)) {
            cluster.start("a");
            long from = cluster.time.nowNanos();

            cluster.awaitReady("a", LIMIT);

            assertThat(cluster.time.nowNanos() - from).isGreaterThanOrEqualTo(LIMIT.toNanos());
            assertThat(cluster.node("a").health().ready()).isTrue();
            cluster.text("a").put("k", "one", Context.none());
            assertThat(cluster.text("a").get("k").value()).contains("one");
        }
    }

    @Test
    void nodeWithoutOthers_waitsForNobody() {
        try (TestCluster cluster = TestCluster.of(1)) {
            long from = cluster.time.nowNanos();

            cluster.awaitReady("a", LIMIT);

            assertThat(cluster.time.nowNanos()).isEqualTo(from);
        }
    }

    /** On threads and clocks of the system, as an application opens it; a memory node that restarts has lost its data. */
    @Test
    void open_ofANodeThatLostItsData_isLetIn_andReadsTheOthers() {
        InProcessNetwork network = new InProcessNetwork();
        try (DynamoNode b = open("b", network)) {
            try (DynamoNode a = open("a", network)) {
                a.store("notes", TestCluster.TEXT, Reconciler.siblings()).put("k", "one", Context.none(), Option.w(2));
            }

            try (DynamoNode a = open("a", network)) {
                assertThat(a.store("notes", TestCluster.TEXT, Reconciler.siblings())
                                .get("k")
                                .value())
                        .contains("one");
            }
            assertThat(b.health().live()).isTrue();
        }
    }

    private static DynamoNode open(String id, InProcessNetwork network) {
        // Nobody answers the first one, which need not be waited for.
        String patience = id.equals("b") ? "1ms" : "10s";
        return CoreNodeProvider.open(NodeOpener.prepare(
                DynamoConfig.empty()
                        .with("node.id", id)
                        .with("quorum.r", 1)
                        .with("quorum.w", 1)
                        .with("cluster.ready-timeout", patience)
                        .with("cluster.members.0.id", "a")
                        .with("cluster.members.0.port", 1)
                        .with("cluster.members.1.id", "b")
                        .with("cluster.members.1.port", 2),
                network));
    }

    @Test
    void localCluster_lastNodeRestartedAlone_waitsForNobody() {
        try (LocalCluster cluster =
                DynamoNode.local(2, DynamoConfig.empty().with("quorum.r", 1).with("quorum.w", 1))) {
            cluster.kill("a");
            cluster.kill("b");
            long from = System.nanoTime();

            cluster.restart("a");

            assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(9));
        }
    }
}
