package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.AsyncStore;
import io.dynamo.api.Context;
import io.dynamo.api.Option;
import io.dynamo.api.Outcome;
import io.dynamo.api.OverloadedException;
import io.dynamo.api.QuorumException;
import io.dynamo.api.Read;
import io.dynamo.api.Store;
import io.dynamo.api.WriteId;
import io.dynamo.api.Written;
import io.dynamo.core.wire.CoordinatePutRequest;
import io.dynamo.core.wire.CoordinatePutResponse;
import io.dynamo.core.wire.PutReplicaResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A node begins no more operations than limits.in-flight, whatever their kind and wherever they would wait. */
class AdmissionTest {

    @Test
    void operation_beyondTheLimit_isShedAtOnceWithAHint_whateverItsKind() {
        try (TestCluster cluster = TestCluster.of(3, "limits.in-flight", "4")) {
            cluster.network.lose(message -> true);
            List<CompletableFuture<Written>> puts = puts(cluster, 4);
            Store<String> store = cluster.text("a");
            long before = cluster.time.nowNanos();

            assertShed("get notes/k", () -> store.get("k"));
            assertShed("put notes/k", () -> store.put("k", "v", Context.none()));
            assertShed("delete notes/k", () -> store.delete("k", Context.none()));
            assertShed("update notes/k", () -> store.update("k", old -> Optional.of("v")));
            assertShed("keys notes", () -> store.keys().toList());
            AsyncStore<String> async = store.async();
            assertShedAtOnce(async.get("k"));
            assertShedAtOnce(async.put("k", "v", Context.none()));
            assertShedAtOnce(async.delete("k", Context.none()));
            assertShedAtOnce(async.update("k", old -> Optional.of("v")));
            assertShedAtOnce(async.keys());

            assertThat(cluster.time.nowNanos()).as("nothing was waited for").isEqualTo(before);
            assertThat(cluster.node("a").figures().shed()).isEqualTo(10);
            assertThat(puts).noneMatch(CompletableFuture::isDone);
        }
    }

    @Test
    void operation_thatEnded_makesRoom() {
        try (TestCluster cluster = TestCluster.of(3, "limits.in-flight", "4")) {
            for (int round = 0; round < 3; round++) {
                cluster.network.lose(message -> true);
                List<CompletableFuture<Written>> puts = puts(cluster, 4);
                assertShed("get", () -> cluster.text("a").get("k"));
                cluster.time.runUntil(() -> puts.stream().allMatch(CompletableFuture::isDone), TestCluster.SECOND);
                assertThat(puts).allMatch(CompletableFuture::isCompletedExceptionally);
                cluster.network.heal();

                cluster.text("a").put("k", "v", Context.none());
                cluster.text("a").update("k", old -> Optional.of("w"));
                cluster.text("a").delete("k", cluster.text("a").get("k").context());
                assertThat(cluster.text("a").keys()).doesNotContain("k");
                assertMisuseTakesNoPlace(cluster.text("a"));
            }
        }
    }

    private static void assertMisuseTakesNoPlace(Store<String> store) {
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> store.get("")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> store.async().get("")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> store.async().put("", "v", Context.none()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void update_holdsOnePlace_fromItsTurnToItsEnd() {
        try (TestCluster cluster = TestCluster.of(3, "limits.in-flight", "1")) {
            cluster.text("a").update("k", old -> Optional.of("one"));
            assertThat(join(cluster, cluster.text("a").async().update("k", old -> old.map(was -> was + " two"))))
                    .as("its own reads and writes need no further place")
                    .contains("one two");
        }
        try (TestCluster cluster = TestCluster.of(3, "limits.in-flight", "3")) {
            cluster.network.lose(message -> true);
            List<CompletableFuture<Optional<String>>> updates = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                updates.add(cluster.text("a")
                        .async()
                        .update("k", old -> Optional.of("v"))
                        .toCompletableFuture());
            }
            assertShedAtOnce(cluster.text("a").async().update("k", old -> Optional.of("v")));

            cluster.time.run(Duration.ofSeconds(10));
            assertThat(updates).as("also those whose turn never came").allMatch(CompletableFuture::isDone);
            cluster.network.heal();
            cluster.time.run(TestCluster.SECOND);
            assertThat(join(cluster, cluster.text("a").async().update("k", old -> Optional.of("w"))))
                    .contains("w");
        }
    }

    @Test
    void callback_callsTheNextOperation_atTheLimit() {
        try (TestCluster cluster = TestCluster.of(3, "limits.in-flight", "1")) {
            AsyncStore<String> store = cluster.text("a").async();

            Read<String> read = join(
                    cluster,
                    store.put("k", "one", Context.none())
                            .thenCompose(written -> store.get("k"))
                            .thenCompose(before -> store.put("k", "two", before.context()))
                            .thenCompose(written -> store.get("k")));

            assertThat(read.value()).contains("two");
        }
    }

    @Test
    void repeat_thatIsShed_isUnknown() {
        try (TestCluster cluster = TestCluster.of(3, "limits.in-flight", "2")) {
            WriteId id = new WriteId(1_700_000_000_000L, 7);
            cluster.text("a").put("k", "one", Context.none(), Option.writeId(id));
            cluster.network.lose(message -> true);
            puts(cluster, 2);

            assertThatThrownBy(() -> cluster.text("a").put("k", "one", Context.none(), Option.writeId(id)))
                    .as("the first try was applied")
                    .isInstanceOfSatisfying(QuorumException.class, e -> {
                        assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN);
                        assertThat(e.writeId()).contains(id);
                    })
                    .hasMessageContaining("limits.in-flight");
        }
    }

    @Test
    void forwardedWrite_beyondTheLimitOfItsCoordinator_isShedThere() {
        try (TestCluster cluster = TestCluster.unstarted(4)) {
            for (String id : List.of("a", "b", "c")) {
                cluster.start(id, "limits.in-flight", "2");
            }
            cluster.start("d");
            cluster.link();
            String key = cluster.keyNotOn("d", 3);
            cluster.network.lose(message -> message.is(PutReplicaResponse.class));
            List<CompletableFuture<Written>> puts = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                puts.add(cluster.text("d")
                        .async()
                        .put(key, "v" + i, Context.none())
                        .toCompletableFuture());
            }
            cluster.time.run(Duration.ofMillis(10));

            assertThat(puts.get(0)).isNotDone();
            assertThat(puts.get(1)).isNotDone();
            assertShedAtOnce(puts.get(2));
            String coordinator =
                    cluster.network.sent(CoordinatePutRequest.class).get(0).to();
            assertThat(cluster.node(coordinator).figures().shed()).isEqualTo(1);
            assertShed("get", () -> cluster.text(coordinator).get("k"));
            cluster.time.run(TestCluster.SECOND);
            cluster.network.heal();
            assertThat(join(cluster, cluster.text("d").async().put(key, "w", Context.none())))
                    .isNotNull();
        }
    }

    @Test
    void copyOfAForwardedWriteThatWasApplied_isShed_butNotDenied() {
        try (TestCluster cluster = TestCluster.unstarted(4)) {
            for (String id : List.of("a", "b", "c")) {
                cluster.start(id, "limits.in-flight", "1");
            }
            cluster.start("d");
            cluster.link();
            String key = cluster.keyNotOn("d", 3);
            cluster.network.hold(message -> message.is(CoordinatePutRequest.class));
            CompletableFuture<Written> put =
                    cluster.text("d").async().put(key, "one", Context.none()).toCompletableFuture();
            Runnable copy = cluster.network.copies();
            String coordinator =
                    cluster.network.sent(CoordinatePutRequest.class).get(0).to();
            cluster.network.lose(message -> message.is(CoordinatePutResponse.class));
            cluster.network.deliverHeld(1);
            cluster.time.run(Duration.ofMillis(10));
            cluster.network.lose(message -> message.is(PutReplicaResponse.class));
            cluster.text(coordinator).async().put(key, "other", Context.none());

            copy.run();
            cluster.time.run(Duration.ofMillis(10));

            assertThat(cluster.node(coordinator).figures().shed()).isEqualTo(1);
            assertThat(cluster.values(coordinator, key)).contains("one");
            assertThatThrownBy(put::join)
                    .cause()
                    .isInstanceOfSatisfying(
                            QuorumException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
        }
    }

    private static List<CompletableFuture<Written>> puts(TestCluster cluster, int howMany) {
        List<CompletableFuture<Written>> puts = new ArrayList<>();
        for (int i = 0; i < howMany; i++) {
            puts.add(cluster.text("a")
                    .async()
                    .put("key" + i, "v" + i, Context.none())
                    .toCompletableFuture());
        }
        return puts;
    }

    private static <T> T join(TestCluster cluster, CompletionStage<T> stage) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        cluster.time.runUntil(future::isDone, TestCluster.SECOND.multipliedBy(5));
        return future.join();
    }

    private static void assertShed(String operation, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(OverloadedException.class, AdmissionTest::assertHint)
                .hasMessageContaining(operation)
                .hasMessageContaining("limits.in-flight");
    }

    private static void assertShedAtOnce(CompletionStage<?> stage) {
        assertThat(stage.toCompletableFuture()).isCompletedExceptionally();
        assertThatThrownBy(stage.toCompletableFuture()::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(OverloadedException.class, AdmissionTest::assertHint)
                .hasMessageContaining("limits.in-flight");
    }

    private static void assertHint(OverloadedException e) {
        assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(e.retryAfter()).isPositive();
    }
}
