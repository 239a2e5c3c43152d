package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.Context;
import io.dynamo.api.Option;
import io.dynamo.api.Read;
import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.core.wire.SettleRequest;
import io.dynamo.core.wire.SettleRequest.Step;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Entries of runs that are over are forgotten when it is proven that nothing they stand for is left, and by nothing else. */
class ForgetTest {

    /** For as long a run has to be over, here: the life of a session, and how far clocks may be off. Then a proof and its wait. */
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(2);

    private static final List<String> ALL = List.of("a", "b", "c");

    private static TestCluster cluster(int nodes, String... more) {
        String[] settings = {
            "repair.every", "1d",
            "purge.every", "5s",
            "purge.entries", "4",
            "session.lifetime", "1m",
            "clock.skew-max", "1s",
            "message.lifetime", "5s"
        };
        String[] all = new String[settings.length + more.length];
        System.arraycopy(settings, 0, all, 0, settings.length);
        System.arraycopy(more, 0, all, settings.length, more.length);
        return TestCluster.of(nodes, all);
    }

    /** A node overwrites a key in each of some runs, the last of which goes on. */
    private static void runs(TestCluster cluster, String node, String key, int count) {
        for (int run = 1; run <= count; run++) {
            overwrite(cluster, node, key, node + run);
            if (run < count) {
                cluster.restart(node);
            }
        }
    }

    private static void overwrite(TestCluster cluster, String node, String key, String value) {
        cluster.text(node).put(key, value, cluster.text(node).get(key).context(), Option.w(3));
    }

    private static int entries(TestCluster cluster, String node, String key) {
        return cluster.held(node, key).context().entries();
    }

    private static Predicate<TestNetwork.Sent> isStep(Step step) {
        return message -> message.message() instanceof SettleRequest settle && settle.step() == step;
    }

    private static long forgotten(TestCluster cluster, String node) {
        return cluster.core(node).figures().forgotten();
    }

    private static String firstOwner(TestCluster cluster, String key) {
        return cluster.preferenceList(key).get(0);
    }

    private static int partition(String key) {
        return StoredKey.of("notes", key.getBytes(StandardCharsets.UTF_8), 256).partition();
    }

    @Test
    void entriesOfRunsThatAreOver_areForgottenByEveryOwner_andNotBeforeTheyAreOldEnough() {
        try (TestCluster cluster = cluster(3)) {
            runs(cluster, "b", "k", 5);
            cluster.time.run(Duration.ofSeconds(50));
            assertThat(cluster.network.sent(SettleRequest.class)).isEmpty();

            cluster.time.run(LONG_ENOUGH);

            CausalContext last = cluster.held("a", "k").context();
            assertThat(last.entries()).isEqualTo(1);
            for (String node : ALL) {
                assertThat(cluster.held(node, "k").encoded())
                        .isEqualTo(cluster.held("a", "k").encoded());
                assertThat(cluster.values(node, "k")).containsExactly("b5");
                assertThat(forgotten(cluster, node)).isEqualTo(1);
                assertThat(cluster.core(node).figures().purged()).isZero();
                assertThat(cluster.core(node).purgeBlocked()).isEmpty();
            }
            cluster.network.forget();
            cluster.time.run(LONG_ENOUGH);
            assertThat(cluster.network.sent(SettleRequest.class))
                    .as("it is not looked at again")
                    .isEmpty();
        }
    }

    @Test
    void presentRun_countsOnFromItsEntry_andTheNextOneMintsAsSomebodyNew() {
        try (TestCluster cluster = cluster(3)) {
            runs(cluster, "a", "k", 5);
            List<Actor> before = cluster.held("a", "k").context().actors();
            cluster.time.run(LONG_ENOUGH);
            Actor present = before.get(4);
            assertThat(cluster.held("a", "k").context().actors()).containsExactly(present);

            overwrite(cluster, "a", "k", "again");
            assertThat(cluster.held("b", "k").context().highest(present)).isEqualTo(2);
            cluster.restart("a");
            overwrite(cluster, "a", "k", "anew");
            assertThat(cluster.held("b", "k").context().actors())
                    .hasSize(2)
                    .contains(present)
                    .doesNotContainAnyElementsOf(before.subList(0, 4));
        }
    }

    @Test
    void entryOfALiveVersion_stays() {
        try (TestCluster cluster = cluster(3)) {
            cluster.text("a").put("k", "sibling", Context.none(), Option.w(3));
            Actor lives = cluster.held("a", "k").context().actors().get(0);
            Context others = Context.none();
            for (int run = 0; run < 5; run++) {
                cluster.restart("a");
                others = cluster.text("a")
                        .put("k", "w" + run, others, Option.w(3))
                        .context();
            }
            assertThat(entries(cluster, "b", "k")).isEqualTo(6);

            cluster.time.run(LONG_ENOUGH);

            for (String node : ALL) {
                assertThat(cluster.values(node, "k")).containsExactly("sibling", "w4");
                assertThat(cluster.held(node, "k").context().highest(lives)).isEqualTo(1);
                assertThat(entries(cluster, node, "k")).isEqualTo(2);
            }
        }
    }

    @Test
    void memberThatIsDown_holdsItUp_andIsNamed() {
        try (TestCluster cluster = cluster(4)) {
            String key = cluster.keyNotOn("d", 3);
            runs(cluster, firstOwner(cluster, key), key, 5);
            cluster.kill("d");
            cluster.time.run(Duration.ofHours(1));
            assertThat(entries(cluster, firstOwner(cluster, key), key)).isEqualTo(5);
            assertThat(cluster.core(firstOwner(cluster, key)).purgeBlocked()).containsOnlyKeys("d");

            cluster.start("d");
            cluster.link();
            cluster.time.run(LONG_ENOUGH);

            assertThat(entries(cluster, firstOwner(cluster, key), key)).isEqualTo(1);
            assertThat(cluster.core(firstOwner(cluster, key)).purgeBlocked()).isEmpty();
        }
    }

    @Test
    void whatIsKeptForOthers_holdsItUp() {
        try (TestCluster cluster = cluster(4)) {
            String key = cluster.keyNotOn("d", 3);
            String first = firstOwner(cluster, key);
            runs(cluster, first, key, 5);
            cluster.network.lose(message ->
                    message.is(PutReplicaRequest.class) && message.from().equals("d"));
            cluster.tell(
                    first,
                    "d",
                    new PutReplicaRequest(
                            0,
                            "notes",
                            key.getBytes(StandardCharsets.UTF_8),
                            cluster.held(first, key),
                            false,
                            1_000_000,
                            CausalContext.EMPTY,
                            List.of(cluster.preferenceList(key).get(1))));
            assertThat(cluster.hints("d").count()).isEqualTo(1);
            cluster.time.run(LONG_ENOUGH);
            assertThat(entries(cluster, first, key)).isEqualTo(5);
            assertThat(cluster.core(first).purgeBlocked()).containsOnlyKeys("d");

            cluster.network.heal();
            cluster.time.run(LONG_ENOUGH);

            assertThat(entries(cluster, first, key)).isEqualTo(1);
        }
    }

    @Test
    void ownerThatHoldsSomethingElse_holdsItUp() {
        try (TestCluster cluster = cluster(3)) {
            String first = firstOwner(cluster, "k");
            String behind = cluster.preferenceList("k").get(2);
            runs(cluster, first, "k", 2);
            cluster.network.lose(message ->
                    message.is(PutReplicaRequest.class) && message.to().equals(behind));
            for (int run = 3; run <= 6; run++) {
                cluster.restart(first);
                Context seen = cluster.text(first).get("k", Option.r(1)).context();
                cluster.text(first).put("k", "w" + run, seen, Option.w(2));
            }
            cluster.time.run(LONG_ENOUGH);
            assertThat(entries(cluster, first, "k")).isEqualTo(6);
            assertThat(cluster.core(first).purgeBlocked()).containsKey(behind);
            assertThat(cluster.values(behind, "k"))
                    .as("what it alone does not know to be over")
                    .hasSize(1);

            cluster.network.heal();
            cluster.time.run(LONG_ENOUGH);

            ALL.forEach(node -> assertThat(cluster.values(node, "k")).containsExactly("w6"));
            ALL.forEach(node -> assertThat(entries(cluster, node, "k")).isEqualTo(1));
        }
    }

    /** Such a record is on its way to some disk, and differs from owner to owner, whenever anybody looks. */
    @Test
    void recordThatIsWrittenAllTheTime_isShortenedAllTheSame() {
        try (TestCluster cluster = cluster(3)) {
            runs(cluster, "a", "k", 5);
            for (int second = 0; second < 120; second++) {
                cluster.text("b")
                        .put("k", "w" + second, cluster.text("b").get("k").context(), Option.w(2));
                cluster.time.run(TestCluster.SECOND);
            }
            for (String node : ALL) {
                assertThat(cluster.held(node, "k").context().actors()).as(node).hasSize(2);
                assertThat(cluster.values(node, "k")).containsExactly("w119");
            }
        }
    }

    @Test
    void ownerThatMissesTheOrder_isToldWhenItIsCompared_andBringsNothingBack() {
        for (int asker : new int[] {0, 2}) {
            try (TestCluster cluster = cluster(3)) {
                List<String> list = cluster.preferenceList("k");
                String missing = list.get(2);
                runs(cluster, "a", "k", 5);
                cluster.network.lose(message ->
                        isStep(Step.ORDER).test(message) && message.to().equals(missing));
                cluster.time.runUntil(() -> forgotten(cluster, list.get(1)) == 1, LONG_ENOUGH);
                cluster.time.run(TestCluster.SECOND);
                cluster.network.heal();
                assertThat(entries(cluster, missing, "k")).isEqualTo(5);
                // It shows what it has, and it is not taken.
                cluster.text(missing)
                        .put(
                                "k",
                                "w",
                                cluster.text(missing).get("k", Option.r(1)).context(),
                                Option.w(3));
                cluster.text(list.get(1)).get("k", Option.askAll());
                cluster.time.run(TestCluster.SECOND);
                assertThat(entries(cluster, list.get(0), "k")).isLessThanOrEqualTo(2);

                cluster.core(list.get(asker)).compareNow(partition("k"), outcome -> {});
                cluster.time.run(Duration.ofSeconds(10));

                for (String node : ALL) {
                    assertThat(cluster.held(node, "k").encoded())
                            .as(node)
                            .isEqualTo(cluster.held(missing, "k").encoded());
                    assertThat(entries(cluster, node, "k")).isLessThanOrEqualTo(2);
                    assertThat(cluster.values(node, "k")).containsExactly("w");
                }
                assertThat(forgotten(cluster, missing)).isEqualTo(1);
            }
        }
    }

    @Test
    void tokenOfBefore_bringsNothingBack_andAfterARestartIsForgottenOnceMore() {
        try (TestCluster cluster = cluster(3)) {
            runs(cluster, "a", "k", 5);
            Context token = cluster.text("a").get("k").context();
            cluster.time.run(LONG_ENOUGH);
            assertThat(entries(cluster, "a", "k")).isEqualTo(1);

            for (String node : ALL) {
                cluster.text(node).put("k", "by " + node, token, Option.w(3));
                cluster.time.run(TestCluster.SECOND);
            }
            cluster.text("b").put("k", "w", cluster.text("b").get("k").context(), Option.w(3));
            for (String node : ALL) {
                assertThat(entries(cluster, node, "k")).as(node).isLessThanOrEqualTo(3);
            }

            ALL.forEach(cluster::restart);
            cluster.text("c").put("k", "x", token, Option.w(3));
            assertThat(entries(cluster, "a", "k")).isGreaterThan(6);
            cluster.time.run(LONG_ENOUGH);

            for (String node : ALL) {
                assertThat(entries(cluster, node, "k")).as(node).isLessThanOrEqualTo(4);
                assertThat(cluster.values(node, "k")).containsExactly("w", "x");
            }
        }
    }

    /** What a session has seen of runs that ended longer ago than it may live is not there any more, and not waited for. */
    @Test
    void sessionOfBefore_isServed_andStillNotReadOlder() {
        try (TestCluster cluster = cluster(3)) {
            runs(cluster, "a", "k", 5);
            cluster.time.run(Duration.ofSeconds(40));
            overwrite(cluster, "b", "k", "w");
            Context token = cluster.text("b").get("k").context();
            cluster.time.runUntil(() -> forgotten(cluster, "c") == 1, LONG_ENOUGH);
            assertThat(entries(cluster, "c", "k")).isEqualTo(2);

            Read<String> read = cluster.text("c").get("k", Option.r(1), Option.session(token));

            assertThat(read.value()).contains("w");
            assertThat(read.sessionExpired())
                    .as("it may be older than what it covers no more")
                    .isTrue();
            Read<String> next = cluster.text("c").get("k", Option.r(1), Option.session(read.context()));
            assertThat(next.sessionExpired()).isFalse();
        }
    }

    @Test
    void forgettingIsOff_keepsEntriesForEver_andAgreesToOthers() {
        try (TestCluster cluster = cluster(3, "purge.entries", "off")) {
            runs(cluster, "a", "k", 5);
            cluster.time.run(LONG_ENOUGH);
            assertThat(entries(cluster, "a", "k")).isEqualTo(5);
            assertThat(cluster.network.sent(SettleRequest.class)).isEmpty();

            cluster.restart(firstOwner(cluster, "k"), "purge.entries", "4");
            overwrite(cluster, firstOwner(cluster, "k"), "k", "w");
            cluster.time.run(LONG_ENOUGH);

            ALL.forEach(node -> assertThat(entries(cluster, node, "k")).isLessThanOrEqualTo(2));
        }
    }

    @Test
    void restartBetweenTheTwoQuestions_endsIt_andItBeginsAnew() {
        try (TestCluster cluster = cluster(3)) {
            String first = firstOwner(cluster, "k");
            String third = cluster.preferenceList("k").get(2);
            runs(cluster, "a", "k", 5);
            cluster.time.runUntil(
                    () -> cluster.network.sent(SettleRequest.class).stream().anyMatch(isStep(Step.CLEAR)), LONG_ENOUGH);
            cluster.time.run(TestCluster.SECOND);
            cluster.restart(third);
            cluster.time.runUntil(
                    () -> cluster.network.sent(SettleRequest.class).stream().anyMatch(isStep(Step.CONFIRM)),
                    LONG_ENOUGH);
            cluster.time.run(TestCluster.SECOND);
            assertThat(cluster.network.sent(SettleRequest.class)).noneMatch(isStep(Step.ORDER));

            cluster.time.run(LONG_ENOUGH);

            assertThat(entries(cluster, first, "k")).isLessThanOrEqualTo(2);
        }
    }
}
