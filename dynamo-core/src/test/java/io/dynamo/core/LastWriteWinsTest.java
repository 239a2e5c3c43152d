package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.ConfigException;
import io.dynamo.api.Context;
import io.dynamo.api.LimitException;
import io.dynamo.api.Option;
import io.dynamo.api.Outcome;
import io.dynamo.api.Reconciler;
import io.dynamo.api.Store;
import io.dynamo.core.causality.HybridClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Mode lww: the highest timestamp wins everywhere, and clocks that are wrong lose no new write (traps T22). */
class LastWriteWinsTest {

    private static final String[] LWW = {"stores.notes.mode", "lww"};

    private static Store<String> store(TestCluster cluster, String node) {
        return cluster.node(node).store("notes", TestCluster.TEXT, Reconciler.lastWriteWins());
    }

    private static void repair(TestCluster cluster) {
        store(cluster, "a").get("k", Option.askAll());
        cluster.time.run(TestCluster.SECOND);
    }

    @Test
    void lww_concurrentWrites_highestTimestampWinsEverywhere() {
        try (TestCluster cluster = TestCluster.of(3, LWW)) {
            cluster.network.lose(message -> message.touches("a"));
            store(cluster, "b").put("k", "earlier", Context.none());
            cluster.time.run(Duration.ofMillis(5));
            store(cluster, "a").put("k", "latest", Context.none(), Option.w(1));
            cluster.network.heal();

            repair(cluster);

            for (String node : List.of("a", "b", "c")) {
                assertThat(cluster.values(node, "k")).as(node).containsExactly("latest");
                assertThat(store(cluster, node).get("k").value()).contains("latest");
            }
        }
    }

    @Test
    void lww_equalTimestamps_everyNodePicksTheSame() {
        try (TestCluster cluster = TestCluster.of(3, LWW)) {
            cluster.network.lose(message -> true);
            var one = store(cluster, "a").async().put("k", "one", Context.none(), Option.w(1));
            var two = store(cluster, "b").async().put("k", "two", Context.none(), Option.w(1));
            cluster.time.run(Duration.ofMillis(1));
            assertThat(one.toCompletableFuture()).isCompleted();
            assertThat(two.toCompletableFuture()).isCompleted();
            assertThat(cluster.held("a", "k").highestTimestamp())
                    .isEqualTo(cluster.held("b", "k").highestTimestamp());
            cluster.network.heal();

            repair(cluster);

            String winner = cluster.values("a", "k").get(0);
            for (String node : List.of("a", "b", "c")) {
                assertThat(cluster.values(node, "k")).as(node).containsExactly(winner);
            }
        }
    }

    @Test
    void lww_clockSetBack_newWriteStillWins() {
        try (TestCluster cluster = TestCluster.of(3, LWW)) {
            store(cluster, "a").put("k", "old", Context.none(), Option.w(3));
            long stored = cluster.held("a", "k").highestTimestamp();
            cluster.setClock("a", Duration.ofSeconds(-30));
            cluster.restart("a");

            store(cluster, "a").put("k2", "other", Context.none());
            assertThat(cluster.held("a", "k2").highestTimestamp())
                    .as("the clock never restarts below the last stored stamp")
                    .isGreaterThan(stored);
            store(cluster, "a").put("k", "new", Context.none());
            repair(cluster);

            assertThat(cluster.values("b", "k")).containsExactly("new");
        }
    }

    @Test
    void lww_writeAfterARead_winsOverAClockThatIsAhead() {
        try (TestCluster cluster = TestCluster.unstarted(3, LWW)) {
            cluster.setClock("b", Duration.ofSeconds(30));
            List.of("a", "b", "c").forEach(id -> cluster.start(id));
            cluster.link();
            cluster.network.lose(message -> message.to().equals("c"));
            store(cluster, "b").put("k", "old", Context.none());
            Context seen = store(cluster, "a").get("k", Option.r(1)).context();
            cluster.network.heal();
            assertThat(cluster.held("c", "k").isEmpty()).isTrue();
            long old = cluster.held("b", "k").highestTimestamp();

            // c has not heard of it: only the context says how high the new stamp has to be.
            store(cluster, "c").put("k", "new", Context.fromToken(seen.toToken()));
            assertThat(cluster.held("c", "k").highestTimestamp()).isGreaterThan(old);
            repair(cluster);

            assertThat(cluster.values("b", "k")).containsExactly("new");
            assertThat(cluster.values("c", "k")).containsExactly("new");
        }
    }

    @Test
    void lww_replicas_neverRejectForATimestamp() {
        try (TestCluster cluster = TestCluster.unstarted(3, LWW)) {
            cluster.setClock("b", Duration.ofDays(365));
            List.of("a", "b", "c").forEach(id -> cluster.start(id));
            cluster.link();

            store(cluster, "b").put("k", "future", Context.none(), Option.w(3));

            for (String node : List.of("a", "b", "c")) {
                assertThat(cluster.values(node, "k")).as(node).containsExactly("future");
            }
        }
    }

    @Test
    void lww_timestampBeyondSkew_notApplied() {
        try (TestCluster cluster = TestCluster.unstarted(3, LWW)) {
            cluster.setClock("b", Duration.ofMinutes(10));
            List.of("a", "b", "c").forEach(id -> cluster.start(id));
            cluster.link();
            store(cluster, "b").put("k", "future", Context.none(), Option.w(3));
            assertThat(cluster.values("a", "k"))
                    .as("replicas never reject for a timestamp")
                    .containsExactly("future");
            Context seen = store(cluster, "a").get("k").context();

            for (Context context : List.of(seen, Context.none())) {
                assertThatThrownBy(() -> store(cluster, "a").put("k", "new", context))
                        .isInstanceOfSatisfying(
                                LimitException.class,
                                e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED))
                        .hasMessageContaining("clock.skew-max is 60000 ms");
            }
            assertThat(cluster.values("a", "k")).containsExactly("future");
            store(cluster, "a").put("k2", "mine", Context.none());
            assertThat(HybridClock.millis(cluster.held("a", "k2").highestTimestamp()))
                    .as("a clock too far ahead does not drag ours along")
                    .isLessThan(HybridClock.millis(cluster.held("a", "k").highestTimestamp()) - 500_000);
        }
    }

    @Test
    void lww_delete_winsLikeAWrite() {
        try (TestCluster cluster = TestCluster.of(3, LWW)) {
            store(cluster, "a").put("k", "one", Context.none());
            store(cluster, "b").delete("k", Context.none());

            assertThat(store(cluster, "c").get("k").value()).isEmpty();
            store(cluster, "c").put("k", "two", Context.none());
            assertThat(store(cluster, "a").get("k").value()).contains("two");
        }
    }

    @Test
    void lww_otherReconciler_refused() {
        try (TestCluster cluster = TestCluster.of(1, LWW)) {
            assertThatThrownBy(() -> cluster.node("a").store("notes", TestCluster.TEXT, (a, b) -> a))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("stores.notes.mode is lww")
                    .hasMessageContaining("lastWriteWins");
        }
        assertThatThrownBy(
                        () -> TestCluster.of(1, "stores.notes.mode", "lww", "stores.notes.reconciler", "add-wins-cart"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("stores.notes.reconciler = add-wins-cart")
                .hasMessageContaining("stores.notes.mode = lww");
    }
}
