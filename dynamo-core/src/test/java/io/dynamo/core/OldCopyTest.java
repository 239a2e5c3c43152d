package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.CatchingUp;
import io.dynamo.api.Context;
import io.dynamo.api.Option;
import io.dynamo.core.ring.Ring;
import io.dynamo.core.wire.CompareTreesRequest;
import io.dynamo.spi.Space;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A node whose disk shows an older state of itself: it knows it, or is told, and answers readers when it has caught up. */
class OldCopyTest {

    private static final String[] FEW = {"cluster.partitions", "8"};
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static Optional<CatchingUp> catchingUp(TestCluster cluster, String id) {
        return cluster.node(id).view().catchingUp();
    }

    private static void catchUp(TestCluster cluster, String id) {
        cluster.time.runUntil(() -> catchingUp(cluster, id).isEmpty(), LIMIT);
        assertThat(catchingUp(cluster, id)).isEmpty();
    }

    /** What it answers out of itself. */
    private static List<String> alone(TestCluster cluster, String id, String key) {
        cluster.network.lose(message -> message.touches(id));
        try {
            return cluster.values(id, key);
        } finally {
            cluster.network.heal();
        }
    }

    private static void restartOn(TestCluster cluster, String id, TestEngine engine) {
        cluster.kill(id);
        cluster.changeEngine(id, engine);
        cluster.start(id);
    }

    @Test
    void diskThatSaysThatItWentBack_answersNoReaders_untilCaughtUp() {
        try (TestCluster cluster = TestCluster.of(3, FEW)) {
            TestEngine older = cluster.engine("a").copy();
            cluster.text("b").put("k", "one", Context.none(), Option.w(3));
            older.regression = "3 synced changes are missing";
            cluster.network.lose(message -> message.is(CompareTreesRequest.class));
            restartOn(cluster, "a", older);
            assertThat(catchingUp(cluster, "a")).as("before anybody was heard").isPresent();
            cluster.link();

            assertThat(catchingUp(cluster, "a")).hasValue(new CatchingUp(8, List.of("b", "c")));
            assertThat(older.regression).as("is kept now").isEmpty();
            assertThat(cluster.text("a").get("k", Option.r(2)).siblings()).containsExactly("one");
            assertThatThrownBy(() -> cluster.text("b").get("k", Option.r(3))).hasMessageContaining("BEHIND");

            cluster.network.heal();
            catchUp(cluster, "a");
            assertThat(alone(cluster, "a", "k")).containsExactly("one");
        }
    }

    @Test
    void diskThatSaysThatItWentBack_isStillBehind_afterACrash() {
        try (TestCluster cluster = TestCluster.of(3, FEW)) {
            TestEngine older = cluster.engine("a").copy();
            cluster.text("b").put("k", "one", Context.none(), Option.w(3));
            older.regression = "3 synced changes are missing";
            cluster.network.lose(message -> message.is(CompareTreesRequest.class));
            restartOn(cluster, "a", older);
            cluster.link();
            restartOn(cluster, "a", older.copy());
            cluster.link();

            assertThat(catchingUp(cluster, "a").map(CatchingUp::partitions)).hasValue(8);
            cluster.network.heal();
            catchUp(cluster, "a");
            assertThat(alone(cluster, "a", "k")).containsExactly("one");
        }
    }

    @Test
    void regressionThatCouldNotBeKept_isFoundAgain() {
        try (TestCluster cluster = TestCluster.of(3, FEW)) {
            TestEngine older = cluster.engine("a").copy();
            older.regression = "3 synced changes are missing";
            older.failsWrites = true;
            cluster.kill("a");
            cluster.changeEngine("a", older);
            assertThatThrownBy(() -> cluster.start("a")).isInstanceOf(RuntimeException.class);
            assertThat(older.regression).isNotEmpty();
        }
    }

    @Test
    void onlyMember_whoseDiskWentBack_isRefused() {
        try (TestCluster cluster = TestCluster.unstarted(1, FEW)) {
            cluster.engine("a").regression = "3 synced changes are missing";
            assertThatThrownBy(() -> cluster.start("a")).hasMessageContaining("no other member");
            assertThat(cluster.engine("a").regression).isNotEmpty();
        }
    }

    @Test
    void copyThatIsPutBack_isToldByTheOthers_andCatchesUp() {
        try (TestCluster cluster = TestCluster.of(3, FEW)) {
            TestEngine copy = cluster.engine("a").copy();
            cluster.text("b").put("k", "one", Context.none(), Option.w(3));
            cluster.time.run(TestCluster.SECOND.multipliedBy(3));
            cluster.network.lose(message -> message.is(CompareTreesRequest.class));
            restartOn(cluster, "a", copy);
            cluster.link();

            assertThat(catchingUp(cluster, "a").map(CatchingUp::partitions)).hasValue(8);
            assertThatThrownBy(() -> cluster.text("b").get("k", Option.r(3))).hasMessageContaining("BEHIND");
            cluster.network.heal();
            catchUp(cluster, "a");
            assertThat(alone(cluster, "a", "k")).containsExactly("one");
        }
    }

    @Test
    void copyOfAnEarlierRun_isToldByTheOthers() {
        try (TestCluster cluster = TestCluster.of(3, FEW)) {
            TestEngine copy = cluster.engine("a").copy();
            cluster.restart("a");
            cluster.link();
            cluster.network.lose(message -> message.is(CompareTreesRequest.class));
            restartOn(cluster, "a", copy);
            cluster.link();

            assertThat(catchingUp(cluster, "a")).isPresent();
        }
    }

    /** What nobody was told of it is told by the next run. */
    @Test
    void copyThatRanAloneFirst_isNoticedAllTheSame() {
        try (TestCluster cluster = TestCluster.of(3, FEW)) {
            TestEngine copy = cluster.engine("a").copy();
            cluster.text("b").put("k", "one", Context.none(), Option.w(3));
            cluster.time.run(TestCluster.SECOND.multipliedBy(3));
            cluster.network.lose(message -> message.touches("a"));
            restartOn(cluster, "a", copy);
            cluster.time.run(TestCluster.SECOND.multipliedBy(5));
            restartOn(cluster, "a", copy);
            cluster.time.run(TestCluster.SECOND.multipliedBy(5));
            cluster.network.heal();
            cluster.network.lose(message -> message.is(CompareTreesRequest.class));
            restartOn(cluster, "a", copy);
            cluster.link();

            assertThat(catchingUp(cluster, "a")).isPresent();
        }
    }

    @Test
    void nodeThatIsRestarted_isNoOlderCopy() {
        try (TestCluster cluster = TestCluster.of(3, FEW)) {
            cluster.text("b").put("k", "one", Context.none(), Option.w(3));
            for (int i = 0; i < 5; i++) {
                cluster.time.run(TestCluster.SECOND);
                cluster.restart("a");
                cluster.link();
                assertThat(catchingUp(cluster, "a")).isEmpty();
            }
            for (String id : List.of("b", "c")) {
                cluster.restart(id);
                cluster.link();
                cluster.restart("a");
                cluster.link();
                assertThat(catchingUp(cluster, "a")).isEmpty();
            }
        }
    }

    /** Who has been told of a run is not deceived by what that has found. */
    @Test
    void nodeThatIsRestarted_whileAnotherIsDown_isNoOlderCopy() {
        try (TestCluster cluster = TestCluster.of(3, FEW)) {
            cluster.kill("c");
            for (int i = 0; i < 5; i++) {
                cluster.text("b").put("k" + i, "one", Context.none());
                cluster.time.run(TestCluster.SECOND.multipliedBy(4));
                cluster.restart("a");
                cluster.link();
                assertThat(catchingUp(cluster, "a")).isEmpty();
            }
            cluster.start("c");
            cluster.link();
            assertThat(catchingUp(cluster, "a")).isEmpty();
        }
    }

    @Test
    void whoeverHeardOfALaterState_knowsItAfterARestart() {
        try (TestCluster cluster = TestCluster.of(3, FEW)) {
            TestEngine copy = cluster.engine("a").copy();
            cluster.restart("a");
            cluster.link();
            cluster.restart("b");
            cluster.restart("c");
            cluster.network.lose(message -> message.is(CompareTreesRequest.class));
            restartOn(cluster, "a", copy);
            cluster.link();

            assertThat(catchingUp(cluster, "a")).isPresent();
        }
    }

    private static TestCluster purging() {
        return TestCluster.of(3, "repair.every", "1d", "purge.every", "5s", "session.lifetime", "1m");
    }

    private static void deleteAndPurge(TestCluster cluster, String key) {
        Context seen = cluster.text("a").get(key).context();
        cluster.text("a").delete(key, seen, Option.w(3));
        cluster.time.run(Duration.ofMinutes(5));
        for (String id : List.of("a", "b", "c")) {
            assertThat(cluster.held(id, key).isEmpty()).as("purged").isTrue();
        }
    }

    @Test
    void copyThatHoldsWhatWasPurged_dropsIt_andKeepsWhatWasNot() {
        try (TestCluster cluster = purging()) {
            cluster.text("a").put("k", "v", Context.none(), Option.w(3));
            cluster.text("a").put("other", "w", Context.none(), Option.w(3));
            TestEngine copy = cluster.engine("c").copy();
            deleteAndPurge(cluster, "k");
            restartOn(cluster, "c", copy);
            cluster.link();
            catchUp(cluster, "c");
            cluster.time.run(TestCluster.SECOND.multipliedBy(5));

            for (String id : List.of("a", "b", "c")) {
                assertThat(alone(cluster, id, "k")).isEmpty();
                assertThat(alone(cluster, id, "other")).containsExactly("w");
            }
        }
    }

    /** As a member that was taken out of the configuration, whose directory nobody else has seen since. */
    @Test
    void copyOfWhichNobodyHasHeardALaterState_isKnownByTheNumbersOfVotes() {
        try (TestCluster cluster = purging()) {
            cluster.text("a").put("k", "v", Context.none(), Option.w(3));
            TestEngine copy = cluster.engine("c").copy();
            deleteAndPurge(cluster, "k");
            copy.synced = Long.MAX_VALUE / 2;
            restartOn(cluster, "c", copy);
            cluster.link();
            catchUp(cluster, "c");
            cluster.time.run(TestCluster.SECOND.multipliedBy(5));

            for (String id : List.of("a", "b", "c")) {
                assertThat(alone(cluster, id, "k")).isEmpty();
            }
        }
    }

    /** The only one that knows comes late: what the two others acknowledged meanwhile stays. */
    @Test
    void twoCopies_whileTheThirdIsDown_keepWhatWasWrittenSince() {
        try (TestCluster cluster = purging()) {
            String key = "k";
            String next = cluster.keyNextTo(key);
            cluster.text("a").put(key, "v", Context.none(), Option.w(3));
            TestEngine b = cluster.engine("b").copy();
            TestEngine c = cluster.engine("c").copy();
            deleteAndPurge(cluster, key);
            cluster.kill("a", "b", "c");
            cluster.changeEngine("b", b);
            cluster.changeEngine("c", c);
            cluster.start("b");
            cluster.start("c");
            cluster.link();
            cluster.text("b").put(next, "new", Context.none(), Option.w(2));
            cluster.time.run(Duration.ofMinutes(1));
            cluster.start("a");
            cluster.link();
            catchUp(cluster, "b");
            catchUp(cluster, "c");
            cluster.time.run(TestCluster.SECOND.multipliedBy(5));

            for (String id : List.of("a", "b", "c")) {
                assertThat(alone(cluster, id, key)).as(id).isEmpty();
                assertThat(alone(cluster, id, next)).as(id).containsExactly("new");
            }
        }
    }

    /** It may drop it again, with all else that is as old as what was removed elsewhere. */
    @Test
    void whatIsKeptForANodeThatWentBack_isLetGoOnlyWhenThatHasCaughtUp() {
        try (TestCluster cluster = TestCluster.of(4, FEW)) {
            String key = cluster.keyNotOn("d", 3);
            TestEngine older = cluster.engine("a").copy();
            older.regression = "3 synced changes are missing";
            cluster.kill("a");
            cluster.noticeSilence();
            cluster.text("b").put(key, "v", Context.none(), Option.w(3));
            assertThat(cluster.engine("d").entries(Space.HINTS)).hasSize(1);
            cluster.network.lose(message -> message.is(CompareTreesRequest.class));
            cluster.changeEngine("a", older);
            cluster.start("a");
            cluster.link();
            cluster.time.run(TestCluster.SECOND.multipliedBy(20));

            assertThat(catchingUp(cluster, "a")).isPresent();
            assertThat(cluster.held("a", key).isEmpty()).as("was handed over").isFalse();
            assertThat(cluster.engine("d").entries(Space.HINTS)).hasSize(1);
            cluster.network.heal();
            catchUp(cluster, "a");
            cluster.time.run(TestCluster.SECOND.multipliedBy(10));
            assertThat(cluster.engine("d").entries(Space.HINTS)).isEmpty();
        }
    }

    private static int partition(String key) {
        return Ring.partition(Ring.position(key.getBytes(StandardCharsets.UTF_8)), 8);
    }

    /** An owner of one partition may be away for long; all else that is kept for the node need not wait for that. */
    @Test
    void partitionThatLags_holdsNoOtherUp() {
        try (TestCluster cluster = TestCluster.of(4, FEW)) {
            TestEngine older = cluster.engine("a").copy();
            older.regression = "3 synced changes are missing";
            cluster.kill("a");
            cluster.noticeSilence();
            SortedMap<Integer, Integer> written = new TreeMap<>();
            for (int i = 0; i < 200; i++) {
                String key = "x" + i;
                if (!cluster.preferenceList(key).subList(0, 3).contains("d")) {
                    cluster.text("b").put(key, "v", Context.none(), Option.w(3));
                    written.merge(partition(key), 1, Integer::sum);
                }
            }
            int lagging = written.firstKey();
            assertThat(written).hasSizeGreaterThan(1);
            assertThat(written.get(lagging)).as("more than go at once").isGreaterThan(16);
            cluster.network.lose(message ->
                    message.message() instanceof CompareTreesRequest compare && compare.partition() == lagging);
            cluster.changeEngine("a", older);
            cluster.start("a");
            cluster.link();
            cluster.time.run(TestCluster.SECOND.multipliedBy(30));

            assertThat(catchingUp(cluster, "a").map(CatchingUp::partitions)).hasValue(1);
            assertThat(cluster.engine("d").entries(Space.HINTS)).hasSize(written.get(lagging));
            cluster.network.heal();
            catchUp(cluster, "a");
            cluster.time.run(TestCluster.SECOND.multipliedBy(10));
            assertThat(cluster.engine("d").entries(Space.HINTS)).isEmpty();
        }
    }

    /** What of a copy is kept for others is as old as the rest. */
    @Test
    void copyOfAStandIn_dropsItsHints() {
        try (TestCluster cluster =
                TestCluster.of(4, "repair.every", "1d", "purge.every", "5s", "session.lifetime", "1m")) {
            String key = cluster.keyNotOn("d", 3);
            cluster.kill("a");
            cluster.noticeSilence();
            Context seen =
                    cluster.text("b").put(key, "v", Context.none(), Option.w(3)).context();
            TestEngine copy = cluster.engine("d").copy();
            cluster.start("a");
            cluster.link();
            cluster.time.run(TestCluster.SECOND.multipliedBy(5));
            cluster.text("b").delete(key, seen, Option.w(3));
            cluster.time.run(Duration.ofMinutes(5));
            assertThat(cluster.held("a", key).isEmpty()).isTrue();
            restartOn(cluster, "d", copy);
            cluster.link();
            cluster.time.run(TestCluster.SECOND.multipliedBy(10));

            assertThat(cluster.engine("d").entries(Space.HINTS)).isEmpty();
            for (String id : List.of("a", "b", "c")) {
                assertThat(alone(cluster, id, key)).as(id).isEmpty();
            }
        }
    }
}
