package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.Context;
import io.dynamo.api.Read;
import io.dynamo.api.Written;
import io.dynamo.core.TestNetwork.Sent;
import io.dynamo.core.wire.CoordinatePutRequest;
import io.dynamo.core.wire.GetReplicaRequest;
import io.dynamo.core.wire.GetReplicaResponse;
import io.dynamo.core.wire.Hello;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.core.wire.Rejection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** What other nodes send queues up to a limit on each lane; beyond it reads are refused and writes come again. */
class LaneQueueTest {

    /** The running task counts as well. */
    private static final int QUEUE = 16;

    private static final int SENT = 20;
    private static final int TURNED_AWAY = SENT - (QUEUE - 1);

    private static TestCluster cluster(int nodes) {
        return TestCluster.of(
                nodes,
                "limits.lane-queue",
                String.valueOf(QUEUE),
                "limits.in-flight",
                String.valueOf(SENT),
                "read.hedge.min",
                "200ms");
    }

    @Test
    void read_laneIsFull_isRefusedAndAnotherReplicaAsked() {
        try (TestCluster cluster = cluster(3)) {
            String key = keyThatBReadsFrom(cluster, "a");
            cluster.network.hold(message -> isRequest(message, "a", GetReplicaRequest.class));
            List<CompletableFuture<Read<String>>> reads =
                    send(i -> cluster.text("b").async().get(key));
            whileBusy(cluster, "a", key, 1);

            cluster.time.run(Duration.ofMillis(5));

            assertThat(reads).as("long before any hedge").allMatch(CompletableFuture::isDone);
            assertThat(reads).noneMatch(CompletableFuture::isCompletedExceptionally);
            assertThat(cluster.network.sent(Rejection.class))
                    .hasSize(TURNED_AWAY)
                    .allSatisfy(sent -> {
                        Rejection rejection = (Rejection) sent.message();
                        assertThat(rejection.reason()).isEqualTo(Rejection.Reason.OVERLOADED);
                        assertThat(rejection.detail()).contains("limits.lane-queue");
                    });
            assertThat(cluster.network.sent(GetReplicaResponse.class))
                    .filteredOn(sent -> sent.from().equals("a"))
                    .hasSize(SENT - TURNED_AWAY);
            assertThat(cluster.node("a").figures().shed()).isEqualTo(TURNED_AWAY);
        }
    }

    @Test
    void replicaWrite_laneIsFull_isDroppedAndComesAgain() {
        try (TestCluster cluster = cluster(2)) {
            cluster.network.hold(message -> isRequest(message, "a", PutReplicaRequest.class));
            List<CompletableFuture<Written>> puts =
                    send(i -> cluster.text("b").async().put("k", "v" + i, Context.none()));
            whileBusy(cluster, "a", "k", 1);

            cluster.time.run(Duration.ofMillis(5));
            assertThat(puts).filteredOn(CompletableFuture::isDone).hasSize(SENT - TURNED_AWAY);
            cluster.time.run(Duration.ofMillis(300));

            assertThat(puts).allMatch(CompletableFuture::isDone);
            assertThat(puts).noneMatch(CompletableFuture::isCompletedExceptionally);
            assertThat(cluster.network.sent(Rejection.class)).isEmpty();
            assertThat(cluster.node("a").figures().dropped()).isEqualTo(TURNED_AWAY);
        }
    }

    @Test
    void forwardedWrite_laneIsFull_isDroppedAndMintedOnce() {
        try (TestCluster cluster = cluster(4)) {
            String key = cluster.keyNotOn("d", 3);
            cluster.network.hold(message -> message.is(CoordinatePutRequest.class));
            List<CompletableFuture<Written>> puts =
                    send(i -> cluster.text("d").async().put(key, "v" + i, Context.none()));
            String coordinator =
                    cluster.network.sent(CoordinatePutRequest.class).get(0).to();
            // Each frame twice: of some writes only one copy gets in, and the other must not be refused.
            whileBusy(cluster, coordinator, key, 2);

            cluster.time.run(Duration.ofMillis(300));

            assertThat(puts).allMatch(CompletableFuture::isDone);
            assertThat(puts).noneMatch(CompletableFuture::isCompletedExceptionally);
            assertThat(cluster.network.sent(Rejection.class)).isEmpty();
            assertThat(cluster.node(coordinator).figures().dropped()).isEqualTo(2 * SENT - (QUEUE - 1));
            cluster.repair(key);
            assertThat(cluster.values("a", key)).hasSize(SENT);
        }
    }

    @Test
    void answers_laneIsFullerThanTheNodesOwnOperationsMakeIt_areDropped() {
        try (TestCluster cluster = cluster(2)) {
            cluster.network.hold(message -> isRequest(message, "a", GetReplicaResponse.class));
            CompletableFuture<Read<String>> read =
                    cluster.text("a").async().get("k").toCompletableFuture();
            cluster.time.run(Duration.ofMillis(1));

            whileBusy(cluster, "a", "k", 50);

            cluster.time.run(Duration.ofMillis(5));
            assertThat(read).isCompleted();
            assertThat(cluster.node("a").figures().dropped()).isEqualTo(50 - (QUEUE + SENT - 1));
        }
    }

    @Test
    void greetings_controlLaneIsFull_areDropped() {
        try (TestCluster cluster = cluster(2)) {
            cluster.network.hold(message -> isRequest(message, "a", Hello.class));
            cluster.time.run(Duration.ofMillis(1_100));
            // A member's directory id is read while it is judged: there the control lane is busy.
            cluster.engine("a").duringNextRead(() -> cluster.network.deliverHeld(50));

            cluster.time.run(Duration.ofMillis(1_100));

            assertThat(cluster.node("a").figures().dropped()).isPositive();
            assertThat(cluster.node("a").health().missing()).isEmpty();
        }
    }

    /** Delivers what is held while the lane of a key runs a task. */
    private static void whileBusy(TestCluster cluster, String node, String key, int times) {
        cluster.engine(node).duringNextRead(() -> cluster.network.deliverHeld(times));
        cluster.held(node, cluster.keyNextTo(key));
    }

    private static boolean isRequest(Sent message, String to, Class<? extends Message> type) {
        return message.to().equals(to) && message.is(type);
    }

    private static <T> List<CompletableFuture<T>> send(IntFunction<CompletionStage<T>> operation) {
        List<CompletableFuture<T>> all = new ArrayList<>();
        for (int i = 0; i < SENT; i++) {
            all.add(operation.apply(i).toCompletableFuture());
        }
        return all;
    }

    private static String keyThatBReadsFrom(TestCluster cluster, String other) {
        for (int i = 0; ; i++) {
            List<String> list = new ArrayList<>(cluster.preferenceList("k" + i).subList(0, 3));
            list.remove("b");
            if (list.get(0).equals(other)) {
                return "k" + i;
            }
        }
    }
}
