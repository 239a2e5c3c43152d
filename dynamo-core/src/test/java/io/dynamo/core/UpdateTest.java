package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.Codec;
import io.dynamo.api.Context;
import io.dynamo.api.DynamoConfig;
import io.dynamo.api.DynamoException;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.LocalCluster;
import io.dynamo.api.Option;
import io.dynamo.api.Outcome;
import io.dynamo.api.OverloadedException;
import io.dynamo.api.QuorumException;
import io.dynamo.api.Reconciler;
import io.dynamo.api.Store;
import io.dynamo.api.WriteId;
import io.dynamo.api.cart.AddWinsCart;
import io.dynamo.core.causality.Version;
import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.core.wire.PutReplicaResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Update: read, merge, change, write; the function runs again only after NOT_APPLIED. */
class UpdateTest {

    private static final Reconciler<AddWinsCart> MERGE = AddWinsCart::merge;

    private static Store<AddWinsCart> carts(TestCluster cluster, String node) {
        return cluster.node(node).store("carts", AddWinsCart.CODEC, MERGE);
    }

    private static UnaryOperator<Optional<AddWinsCart>> add(String sku) {
        return old -> Optional.of(old.orElse(AddWinsCart.EMPTY).add(sku, 1));
    }

    @Test
    void update_functionRunsAgainOnlyAfterNotApplied() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.kill("b", "c");
            cluster.noticeSilence();
            AtomicInteger calls = new AtomicInteger();

            Optional<AddWinsCart> written = carts(cluster, "a")
                    .update(
                            "k",
                            old -> {
                                if (calls.incrementAndGet() == 2) {
                                    cluster.start("b");
                                    cluster.link();
                                }
                                return add("pen").apply(old);
                            },
                            Option.r(1));

            assertThat(calls).hasValue(2);
            assertThat(written.orElseThrow().items()).containsExactly(java.util.Map.entry("pen", 1));
            assertThat(carts(cluster, "b").get("k").value().orElseThrow().items())
                    .containsExactly(java.util.Map.entry("pen", 1));
        }
    }

    @Test
    void update_neverApplied_isNotAppliedAfterAFewTries() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.kill("b", "c");
            cluster.noticeSilence();
            AtomicInteger calls = new AtomicInteger();

            assertThatThrownBy(() -> carts(cluster, "a")
                            .update(
                                    "k",
                                    old -> {
                                        calls.incrementAndGet();
                                        return add("pen").apply(old);
                                    },
                                    Option.r(1)))
                    .isInstanceOfSatisfying(
                            DynamoException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
            assertThat(calls).hasValue(UpdateStep.PUTS_MAX);
        }
    }

    @Test
    void update_afterUnknown_repeatsTheSameWriteId() {
        try (TestCluster cluster = TestCluster.of(3)) {
            for (boolean async : new boolean[] {false, true}) {
                String key = async ? "async" : "blocking";
                long from = cluster.time.nowNanos();
                int sentBefore = cluster.network.sent(PutReplicaRequest.class).size();
                cluster.network.lose(message -> message.is(PutReplicaResponse.class)
                        && cluster.time.nowNanos() < from + TestCluster.SECOND.toNanos());
                AtomicInteger calls = new AtomicInteger();

                update(cluster, async, key, old -> {
                    calls.incrementAndGet();
                    return add("pen").apply(old);
                });

                assertThat(calls).hasValue(1);
                List<WriteId> ids = cluster.network.sent(PutReplicaRequest.class).stream()
                        .skip(sentBefore)
                        .map(sent -> (PutReplicaRequest) sent.message())
                        // The other key may still be owed to somebody.
                        .filter(put -> new String(put.key(), StandardCharsets.UTF_8).equals(key))
                        .flatMap(put -> put.set().versions().stream())
                        .map(Version::writeId)
                        .distinct()
                        .toList();
                assertThat(ids).hasSize(1);
                assertThat(cluster.time.nowNanos() - from).isGreaterThan(TestCluster.SECOND.toNanos());
                assertThat(cluster.held("a", "carts", key).context().vector())
                        .hasSize(1)
                        .allMatch(dot -> dot.counter() == 1);
            }
        }
    }

    private static void update(
            TestCluster cluster, boolean async, String key, UnaryOperator<Optional<AddWinsCart>> change) {
        if (!async) {
            carts(cluster, "a").update(key, change);
            return;
        }
        CompletableFuture<Optional<AddWinsCart>> done =
                carts(cluster, "a").async().update(key, change).toCompletableFuture();
        cluster.time.runUntil(done::isDone, TestCluster.SECOND.multipliedBy(20));
        done.join();
    }

    @Test
    void update_unknownWhileAnotherWrote_siblingsAreMergedWithoutTheFunction() {
        try (TestCluster cluster = TestCluster.of(3)) {
            carts(cluster, "a").update("k", add("first"), Option.w(3));
            AtomicInteger calls = new AtomicInteger();
            long[] from = {0};

            carts(cluster, "a").update("k", old -> {
                calls.incrementAndGet();
                // Between its read and its write, another writes; then its acknowledgements are lost for a while.
                carts(cluster, "b").update("k", add("other"), Option.w(3));
                from[0] = cluster.time.nowNanos();
                cluster.network.lose(message -> message.is(PutReplicaResponse.class)
                        && cluster.time.nowNanos() < from[0] + TestCluster.SECOND.toNanos());
                return add("mine").apply(old);
            });

            assertThat(cluster.time.nowNanos() - from[0])
                    .as("it was unknown, and repeated")
                    .isGreaterThan(TestCluster.SECOND.toNanos());
            assertThat(calls).hasValue(1);
            assertThat(cluster.held("a", "carts", "k").versions()).hasSize(2);
            assertThat(carts(cluster, "c").get("k").value().orElseThrow().items())
                    .containsOnlyKeys("first", "mine", "other");
        }
    }

    @Test
    void update_staysUnknown_saysSoAndRanTheFunctionOnce() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.network.lose(message -> message.is(PutReplicaResponse.class));
            AtomicInteger calls = new AtomicInteger();

            assertThatThrownBy(() -> carts(cluster, "a").update("k", old -> {
                        calls.incrementAndGet();
                        return add("pen").apply(old);
                    }))
                    .isInstanceOfSatisfying(
                            DynamoException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
            assertThat(calls).hasValue(1);
            cluster.network.heal();
            carts(cluster, "a").update("k", add("book"));
            assertThat(carts(cluster, "b").get("k").value().orElseThrow().items())
                    .containsOnlyKeys("book", "pen");
        }
    }

    @Test
    void update_unknownThenRefused_isUnknownAndItsStampIsNotUsedAgain() {
        for (boolean async : new boolean[] {false, true}) {
            try (TestCluster cluster = TestCluster.of(3)) {
                carts(cluster, "a").update("k", add("first"), Option.w(3));
                // The write goes out, its own disk fails, the acknowledgements are lost: UNKNOWN, then the repetition
                // is
                // refused because the storage takes no writes.
                cluster.network.lose(message -> message.is(PutReplicaResponse.class));
                cluster.engine("a").failsWrites = true;
                assertThatThrownBy(() -> update(cluster, async, "k", add("pen")))
                        .satisfies(thrown -> {
                            Throwable known = thrown instanceof DynamoException ? thrown : thrown.getCause();
                            assertThat(((DynamoException) known).outcome()).isEqualTo(Outcome.UNKNOWN);
                        });
                cluster.network.heal();
                cluster.engine("a").failsWrites = false;
                cluster.time.run(TestCluster.SECOND.multipliedBy(3));

                // Local only, so that it does not see pen, and would name its own change like that one.
                carts(cluster, "a").update("k", add("book"), Option.r(1));

                assertThat(carts(cluster, "b")
                                .get("k", Option.askAll())
                                .value()
                                .orElseThrow()
                                .items())
                        .as("async " + async)
                        .containsOnlyKeys("book", "first", "pen");
            }
        }
    }

    @Test
    void update_unknownUntilItsWriteIdIsTooOld_isUnknownAndNamesTheWrite() {
        for (boolean async : new boolean[] {false, true}) {
            // The third put comes when the write is older than retry.window, and is refused for that.
            try (TestCluster cluster = TestCluster.of(3, "request.timeout", "5s", "retry.window", "9s")) {
                cluster.network.lose(message -> message.is(PutReplicaResponse.class));

                assertThatThrownBy(() -> update(cluster, async, "k", add("pen")))
                        .as("async " + async)
                        .satisfies(thrown -> {
                            Throwable known = thrown instanceof DynamoException ? thrown : thrown.getCause();
                            assertThat(known).isInstanceOfSatisfying(QuorumException.class, unknown -> {
                                assertThat(unknown.outcome()).isEqualTo(Outcome.UNKNOWN);
                                assertThat(unknown.writeId()).isPresent();
                            });
                        });
                assertThat(cluster.time.nowNanos())
                        .as("time of the third put")
                        .isGreaterThan(TestCluster.SECOND.multipliedBy(10).toNanos());
                assertThat(cluster.held("b", "carts", "k").versions()).hasSize(1);
            }
        }
    }

    @Test
    void update_ofOneKey_oneAtATimePerHandle() {
        try (TestCluster cluster = TestCluster.of(3)) {
            List<CompletableFuture<Optional<AddWinsCart>>> all = new java.util.ArrayList<>();
            for (int i = 0; i < 20; i++) {
                all.add(carts(cluster, "a").async().update("k", add("sku" + i)).toCompletableFuture());
            }
            cluster.time.runUntil(
                    () -> all.stream().allMatch(CompletableFuture::isDone), TestCluster.SECOND.multipliedBy(5));

            assertThat(carts(cluster, "b").get("k").value().orElseThrow().items())
                    .hasSize(20);
            assertThat(cluster.held("a", "carts", "k").versions())
                    .as("each saw the one before it, so there are no siblings")
                    .hasSize(1);
        }
    }

    @Test
    void update_empty_deletes_andTheKeyCanBeUsedAgain() {
        try (TestCluster cluster = TestCluster.of(3)) {
            carts(cluster, "a").update("k", add("pen"));

            assertThat(carts(cluster, "a").update("k", old -> Optional.empty())).isEmpty();
            assertThat(carts(cluster, "b").get("k").value()).isEmpty();
            carts(cluster, "a").update("k", add("book"));
            assertThat(carts(cluster, "c").get("k").value().orElseThrow().items())
                    .containsOnlyKeys("book");
        }
    }

    @Test
    void update_functionThrows_nothingIsWrittenAndTheKeyIsNotStuck() {
        try (TestCluster cluster = TestCluster.of(3)) {
            for (boolean async : new boolean[] {false, true}) {
                assertThatThrownBy(() -> update(cluster, async, "k", old -> {
                            throw new IllegalStateException("my own");
                        }))
                        .satisfies(thrown -> assertThat(thrown.getCause() == null ? thrown : thrown.getCause())
                                .hasMessage("my own"));
                assertThat(cluster.held("a", "carts", "k").isEmpty()).isTrue();
            }
            update(cluster, true, "k", add("pen"));
            assertThat(carts(cluster, "a").get("k").value()).isPresent();
        }
    }

    @Test
    void update_insideItsOwnChange_endsInsteadOfWaitingForItself() {
        try (LocalCluster cluster = DynamoNode.local(1, DynamoConfig.empty().with("request.timeout", "200ms"))) {
            Store<String> store = cluster.node("a").store("notes", Codec.utf8(), Reconciler.siblings());

            assertThatThrownBy(() -> store.update("k", old -> store.update("k", inner -> Optional.of("inner"))))
                    .isInstanceOf(OverloadedException.class)
                    .hasMessageContaining("update k");
            assertThat(store.update("k", old -> Optional.of("next"))).contains("next");
        }
    }

    @Test
    void asyncUpdate_ofAnImpossibleKey_isRefusedAtOnceAndHoldsUpNothing() {
        try (LocalCluster cluster = DynamoNode.local(1)) {
            Store<String> store = cluster.node("a").store("notes", Codec.utf8(), Reconciler.siblings());
            String tooLong = "k".repeat(2000);

            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> store.async().update(tooLong, old -> Optional.of("x")))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("limits.key");
            }
        }
    }

    @Test
    void interruptedUpdate_waitingForItsTurn_doesNotHoldUpTheKey() throws InterruptedException {
        // Longer than a busy machine takes to look at the waiting thread.
        try (LocalCluster cluster = DynamoNode.local(1, DynamoConfig.empty().with("request.timeout", "10s"))) {
            Store<AddWinsCart> carts = cluster.node("a").store("carts", AddWinsCart.CODEC, MERGE);
            CountDownLatch entered = new CountDownLatch(1);
            CountDownLatch leave = new CountDownLatch(1);
            Thread holder = new Thread(() -> carts.update("k", old -> {
                entered.countDown();
                awaitUninterrupted(leave);
                return add("pen").apply(old);
            }));
            holder.start();
            entered.await();
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread waiter = new Thread(() -> {
                try {
                    carts.update("k", add("never"));
                } catch (DynamoException e) {
                    failure.set(e);
                }
            });
            waiter.start();
            Awaitility.await().until(() -> waiter.getState() == Thread.State.TIMED_WAITING);
            waiter.interrupt();
            waiter.join();
            leave.countDown();
            holder.join();

            CompletableFuture<Optional<AddWinsCart>> next =
                    carts.async().update("k", add("book")).toCompletableFuture();

            Awaitility.await().until(next::isDone);
            assertThat(next.join().orElseThrow().items()).containsOnlyKeys("book", "pen");
            assertThat(((DynamoException) failure.get()).outcome()).isEqualTo(Outcome.NOT_APPLIED);
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void pendingCart_outsideUpdate_isRefused() {
        try (TestCluster cluster = TestCluster.of(1)) {
            assertThatThrownBy(() -> carts(cluster, "a").put("k", AddWinsCart.EMPTY.add("pen", 1), Context.none()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Store.update");
        }
    }
}
