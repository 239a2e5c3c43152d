package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.Context;
import io.dynamo.api.DynamoException;
import io.dynamo.api.Option;
import io.dynamo.api.Read;
import io.dynamo.api.Reconciler;
import io.dynamo.api.Store;
import io.dynamo.api.Written;
import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Dot;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.replica.Holding;
import io.dynamo.core.replica.Incarnations;
import io.dynamo.core.replica.Keeping;
import io.dynamo.core.replica.Replica;
import io.dynamo.core.replica.ReplicaParts;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.runtime.Lane;
import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.spi.Durability;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clock truncation on nodes (Dynamo §4.4, paper row P24, traps T8): what it bounds, and what it costs. */
class ClockTruncationTest {

    private static final String SETTING = "stores.notes.clock-truncation";
    private static final List<String> NODES = List.of("a", "b", "c");

    private static int entries(TestCluster cluster, String node) {
        return cluster.held(node, "k").context().entries();
    }

    /** Reads and overwrites, as most applications do. */
    private static void overwrite(TestCluster cluster, String node, String value) {
        Context seen = cluster.text(node).get("k").context();
        cluster.text(node).put("k", value, seen, Option.w(3));
    }

    @Test
    void coordinatorRestarted200Times_contextStaysBoundedOnEveryReplica_andNoWriteMakesAFalseSibling() {
        try (TestCluster cluster = TestCluster.of(3, SETTING, "10")) {
            for (int run = 0; run < 200; run++) {
                overwrite(cluster, "a", "v" + run);
                for (String node : NODES) {
                    assertThat(cluster.values(node, "k")).as(node).containsExactly("v" + run);
                    assertThat(entries(cluster, node)).as(node).isEqualTo(Math.min(run + 1, 10));
                }
                cluster.restart("a");
            }
            assertThat(cluster.node("a").health().live()).isTrue();
        }
    }

    @Test
    void coordinatorRestarted200Times_truncationOff_contextGrows() {
        try (TestCluster cluster = TestCluster.of(3)) {
            for (int run = 0; run < 200; run++) {
                overwrite(cluster, "a", "v" + run);
                cluster.restart("a");
            }
            for (String node : NODES) {
                assertThat(entries(cluster, node)).as(node).isEqualTo(200);
            }
        }
    }

    @Test
    void coordinatorsThatTakeTurns_knowOfEachOthersRuns() {
        try (TestCluster cluster = TestCluster.of(3, SETTING, "10")) {
            for (int run = 0; run < 60; run++) {
                String coordinator = NODES.get(run % 3);
                overwrite(cluster, coordinator, "v" + run);
                cluster.restart(NODES.get(run * run % 3));
                for (String node : NODES) {
                    assertThat(cluster.values(node, "k")).as(node).containsExactly("v" + run);
                    assertThat(entries(cluster, node)).as(node).isLessThanOrEqualTo(10);
                }
            }
        }
    }

    /** A client that never reads hands in what was long forgotten, again and again. */
    @Test
    void contextsThatHoldForgottenEntries_doNotMakeTheRecordGrow() {
        try (TestCluster cluster = TestCluster.of(3, SETTING, "10")) {
            Context seen = Context.none();
            for (int run = 0; run < 40; run++) {
                seen = cluster.text("a").put("k", "v" + run, seen, Option.w(3)).context();
                cluster.restart("a");
            }
            for (String node : NODES) {
                assertThat(cluster.values(node, "k")).as(node).containsExactly("v39");
                assertThat(entries(cluster, node)).as(node).isLessThanOrEqualTo(20);
            }
        }
    }

    @Test
    void failedCommits_endRunsToo_andTheirEntriesGo() {
        try (TestCluster cluster = TestCluster.of(3, SETTING, "10")) {
            for (int run = 0; run < 20; run++) {
                overwrite(cluster, "a", "v" + run);
                cluster.engine("a").failsWrites = true;
                assertThatThrownBy(() -> cluster.text("a").put("other", "lost", Context.none(), Option.w(3)))
                        .isInstanceOf(DynamoException.class);
                cluster.engine("a").failsWrites = false;
                cluster.time.run(Duration.ofSeconds(3));
            }
            overwrite(cluster, "b", "last");
            for (String node : NODES) {
                assertThat(entries(cluster, node)).as(node).isEqualTo(10);
            }
        }
    }

    @Test
    void clockSetBack_laterRunStillCountsAsLater() {
        try (TestCluster cluster = TestCluster.of(3, SETTING, "10")) {
            for (int run = 0; run < 20; run++) {
                overwrite(cluster, "a", "v" + run);
                cluster.setClock("a", Duration.ofHours(-run));
                cluster.restart("a");
            }
            assertThat(entries(cluster, "b")).isEqualTo(10);
            assertThat(cluster.values("b", "k")).containsExactly("v19");
        }
    }

    @Test
    void runThatNobodyVouchesFor_isNotForgotten() {
        try (TestCluster cluster = TestCluster.of(3, SETTING, "10")) {
            for (int run = 0; run < 15; run++) {
                cluster.text("c").put("k", "v" + run, Context.none(), Option.w(3));
                overwrite(cluster, "c", "w" + run);
                cluster.restart("c");
            }
            CausalContext before = cluster.held("a", "k").context();
            cluster.kill("c");
            cluster.restart("a");
            cluster.restart("b");
            Context seen = cluster.text("a").get("k").context();

            for (int i = 0; i < 3; i++) {
                cluster.text("a").put("k", "x" + i, seen, Option.w(2));
            }
            assertThat(cluster.held("a", "k").context().covers(before))
                    .as("c is down, so nobody says that its runs are over")
                    .isTrue();
            assertThat(entries(cluster, "a")).isEqualTo(11);

            cluster.start("c");
            cluster.link();
            overwrite(cluster, "a", "y");
            assertThat(entries(cluster, "a")).isEqualTo(10);
        }
    }

    /** The price. Row P24: "this truncation scheme can lead to inefficiencies in reconciliation". */
    @Test
    void truncatedEntry_staleReplicaBringsBackAnOverwrittenValue() {
        assertThat(afterStaleReplicaReturns(Reconciler.siblings(), SETTING, "10"))
                .containsExactly("new11", "old");
        assertThat(afterStaleReplicaReturns(Reconciler.siblings(), SETTING, "off"))
                .containsExactly("new11");
    }

    /** An old value loses by its timestamp, wherever it comes from. */
    @Test
    void truncatedEntry_inAnLwwStore_bringsNothingBack() {
        assertThat(afterStaleReplicaReturns(Reconciler.lastWriteWins(), SETTING, "10", "stores.notes.mode", "lww"))
                .containsExactly("new11");
    }

    private static List<String> afterStaleReplicaReturns(Reconciler<String> reconciler, String... settings) {
        try (TestCluster cluster = TestCluster.of(3, settings)) {
            leaveStale(cluster, reconciler);
            return open(cluster, reconciler).get("k", Option.askAll()).siblings().stream()
                    .sorted()
                    .toList();
        }
    }

    private static Store<String> open(TestCluster cluster, Reconciler<String> reconciler) {
        return cluster.node("a").store("notes", TestCluster.TEXT, reconciler);
    }

    /** The first write reaches all; the next twelve, each of another run of its coordinator, do not reach c. */
    private static void leaveStale(TestCluster cluster, Reconciler<String> reconciler) {
        Written written = open(cluster, reconciler).put("k", "old", Context.none(), Option.w(3));
        cluster.network.lose(
                message -> message.is(PutReplicaRequest.class) && message.to().equals("c"));
        for (int run = 0; run < 12; run++) {
            cluster.restart("a");
            written = open(cluster, reconciler).put("k", "new" + run, written.context(), Option.w(2));
        }
        cluster.time.run(TestCluster.SECOND);
        cluster.network.heal();
        assertThat(cluster.values("c", "k")).containsExactly("old");
    }

    /** The write that forgets the old value's entry still tells of it: the record travels whole. */
    @Test
    void replicaThatMissedTheOverwriting_andGetsTheWriteThatForgets_keepsNoFalseSibling() {
        try (TestCluster cluster = TestCluster.of(3, SETTING, "10")) {
            Written written = cluster.text("a").put("k", "old", Context.none(), Option.w(3));
            cluster.network.lose(message ->
                    message.is(PutReplicaRequest.class) && message.to().equals("c"));
            for (int run = 0; run < 9; run++) {
                cluster.restart("a");
                written = cluster.text("a").put("k", "new" + run, written.context(), Option.w(2));
            }
            cluster.time.run(TestCluster.SECOND);
            cluster.network.heal();
            cluster.restart("a");
            assertThat(cluster.values("c", "k")).containsExactly("old");

            cluster.text("a").put("k", "last", written.context(), Option.w(3));

            assertThat(cluster.node("a").figures().truncations()).isEqualTo(1);
            for (String node : NODES) {
                assertThat(cluster.values(node, "k")).as(node).containsExactly("last");
                assertThat(entries(cluster, node)).as(node).isEqualTo(10);
            }
        }
    }

    /** Traps T8: false conflicts must not be endless. */
    @Test
    void valueThatCameBack_isGoneForGoodAfterAWriteThatHasSeenIt() {
        try (TestCluster cluster = TestCluster.of(3, SETTING, "10")) {
            leaveStale(cluster, Reconciler.siblings());
            Read<String> both = cluster.text("a").get("k", Option.askAll());
            assertThat(both.siblings()).hasSize(2);

            // The repair of that read is still under way with the old value, and its entry is the oldest again.
            cluster.text("a").put("k", "merged", both.context(), Option.w(3));

            for (int run = 0; run < 5; run++) {
                cluster.repair("k");
                for (String node : NODES) {
                    assertThat(cluster.values(node, "k")).as(node).hasSize(1);
                }
                cluster.restart("a");
                overwrite(cluster, "a", "v" + run);
            }
            assertThat(entries(cluster, "c")).isLessThanOrEqualTo(10);
        }
    }

    @Test
    void writeThatForgets_saysSoInItsTraceAndIsCounted() {
        try (TestCluster cluster = TestCluster.of(3, SETTING, "10")) {
            for (int run = 0; run < 10; run++) {
                overwrite(cluster, "a", "v" + run);
                cluster.restart("a");
            }
            Context seen = cluster.text("a").get("k").context();

            Written written = cluster.text("a").put("k", "last", seen, Option.trace());

            assertThat(String.valueOf(written.trace())).contains("forgot 1 entries");
            assertThat(cluster.node("a").figures().truncations()).isEqualTo(1);
        }
    }

    @Test
    void storeWithoutTruncation_forgetsNothing_whateverArrives() {
        TestRuntime runtime = new TestRuntime(new TestTime(), 1, 0);
        TestEngine engine = new TestEngine();
        Incarnations incarnations = new Incarnations(runtime, engine, new byte[16]);
        incarnations.start(failure -> {});
        Replica replica =
                new ReplicaParts(runtime, engine, incarnations, new ReplicaParts.Limits(0, true, 60_000)).replica(0);
        replica.confineTo(new Lane(runtime, replica::commitStaged, failure -> {}));
        CausalContext seen = CausalContext.of(List.of(new Dot(new Actor(1, 2, 3), 4)), List.of());
        VersionSet incoming = VersionSet.of(seen, List.of());
        Keeping off = new Keeping(Durability.SYNC, false);
        Keeping on = new Keeping(Durability.SYNC, false, 10, false, 0);
        StoredKey key = StoredKey.of("notes", new byte[] {1}, 1);

        replica.merge(key, incoming, seen, off, Holding.OWNER, failure -> {});
        assertThat(replica.peek(key)).isEqualTo(incoming);
        replica.merge(key, incoming, seen, on, Holding.OWNER, failure -> {});
        assertThat(replica.peek(key)).isEqualTo(VersionSet.EMPTY);
    }

    @Test
    void differentTruncation_isRefusedAtTheHandshake() {
        try (TestCluster cluster = TestCluster.of(2, SETTING, "10")) {
            cluster.kill("b");
            cluster.start("b", SETTING, "50");
            cluster.time.run(Duration.ofSeconds(5));

            assertThat(cluster.node("a").health().problem())
                    .containsPattern(SETTING + " = (10 here, 50 there|50 here, 10 there)");
        }
    }
}
