package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.Context;
import io.dynamo.api.Option;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.wire.GetReplicaRequest;
import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.core.wire.SettleRequest;
import io.dynamo.core.wire.SettleRequest.Step;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What was deleted is removed when it is proven that nothing older is left, and by nothing else. */
class PurgeTest {

    /** The oldest a session and a message may get, and how far clocks may be off; then a proof and its wait. */
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(5);

    private static final List<String> ALL = List.of("a", "b", "c");

    private static TestCluster cluster(int nodes) {
        return TestCluster.of(nodes, "repair.every", "1d", "purge.every", "5s", "session.lifetime", "1m");
    }

    private static boolean isOnDisk(TestCluster cluster, String node, String key) {
        byte[] place =
                StoredKey.of("notes", key.getBytes(StandardCharsets.UTF_8), 256).bytes();
        return cluster.engine(node).get(Space.RECORDS, place) != null;
    }

    private static List<String> holders(TestCluster cluster, String key) {
        return ALL.stream().filter(node -> isOnDisk(cluster, node, key)).toList();
    }

    private static void putAndDelete(TestCluster cluster, String key) {
        Context seen =
                cluster.text("a").put(key, "v", Context.none(), Option.w(3)).context();
        cluster.text("a").delete(key, seen, Option.w(3));
    }

    private static Predicate<TestNetwork.Sent> isStep(Step step) {
        return message -> message.message() instanceof SettleRequest settle && settle.step() == step;
    }

    private static String firstOwner(TestCluster cluster, String key) {
        return cluster.preferenceList(key).get(0);
    }

    @Test
    void deletedRecord_isRemovedFromEveryOwner_andNotBeforeItIsOldEnough() {
        try (TestCluster cluster = cluster(3)) {
            putAndDelete(cluster, "k");
            cluster.time.run(Duration.ofSeconds(119));
            assertThat(cluster.network.sent(SettleRequest.class)).isEmpty();

            cluster.time.run(LONG_ENOUGH);

            assertThat(holders(cluster, "k")).isEmpty();
            for (String node : ALL) {
                assertThat(cluster.held(node, "k").isEmpty()).isTrue();
                assertThat(cluster.core(node).figures().purged()).isEqualTo(1);
                assertThat(cluster.core(node).purgeBlocked()).isEmpty();
            }
        }
    }

    /** How many records a node is going to look at one day. */
    private static int noted(TestCluster cluster, String node) {
        int noted = 0;
        try (StorageEngine.Scan scan = cluster.engine(node).scan(Space.TREES, new byte[0], null)) {
            while (scan.hasNext()) {
                // A digest begins with its partition and the length of a store's name, which is never 0.
                noted += scan.next().getKey()[2] == 0 ? 1 : 0;
            }
        }
        return noted;
    }

    @Test
    void expiredRecord_isRemovedFromEveryOwner_andNotBeforeItIsOldEnough() {
        try (TestCluster cluster = cluster(3)) {
            Option hour = Option.expiresAfter(Duration.ofHours(1));
            cluster.text("a").put("k", "v", Context.none(), Option.w(3), hour);
            cluster.time.run(Duration.ofHours(1).plusSeconds(119));
            assertThat(cluster.network.sent(SettleRequest.class)).isEmpty();

            cluster.time.run(LONG_ENOUGH);

            assertThat(holders(cluster, "k")).isEmpty();
            assertThat(noted(cluster, "a") + noted(cluster, "b") + noted(cluster, "c"))
                    .isZero();
        }
    }

    @Test
    void siblingThatDoesNotExpire_keepsTheRecord() {
        try (TestCluster cluster = cluster(3)) {
            cluster.text("a").put("k", "brief", Context.none(), Option.w(3), Option.expiresAfter(TestCluster.SECOND));
            cluster.text("b").put("k", "lasting", Context.none(), Option.w(3));

            cluster.time.run(LONG_ENOUGH);

            assertThat(cluster.text("c").get("k").siblings()).containsExactly("lasting");
            assertThat(cluster.network.sent(SettleRequest.class)).isEmpty();
        }
    }

    @Test
    void valueThatIsWrittenAgainAndAgain_isNotedOnce() {
        try (TestCluster cluster = cluster(3)) {
            Context seen = Context.none();
            for (int i = 0; i < 20; i++) {
                cluster.time.run(TestCluster.SECOND);
                Option minute = Option.expiresAfter(Duration.ofMinutes(1));
                seen = cluster.text("a")
                        .put("k", "v" + i, seen, Option.w(3), minute)
                        .context();
            }
            ALL.forEach(node -> assertThat(noted(cluster, node)).as(node).isOne());
            cluster.text("a").put("k", "lasting", seen, Option.w(3));
            ALL.forEach(node -> assertThat(noted(cluster, node)).as(node).isZero());
        }
    }

    @Test
    void valueThatReplacedADeletedOne_staysAndIsNotLookedAtAgain() {
        try (TestCluster cluster = cluster(3)) {
            putAndDelete(cluster, "k");
            cluster.text("a").put("k", "w", cluster.text("a").get("k").context(), Option.w(3));

            cluster.time.run(LONG_ENOUGH);

            assertThat(cluster.values("b", "k")).containsExactly("w");
            assertThat(cluster.network.sent(SettleRequest.class)).isEmpty();
        }
    }

    @Test
    void keyThatWasPurged_isWrittenAnewByAnotherActor() {
        try (TestCluster cluster = cluster(3)) {
            Context first =
                    cluster.text("a").put("k", "v", Context.none(), Option.w(3)).context();
            cluster.text("a").delete("k", first, Option.w(3));
            cluster.time.run(LONG_ENOUGH);

            Context second =
                    cluster.text("a").put("k", "w", Context.none(), Option.w(3)).context();

            assertThat(TestCluster.seen(second).actors())
                    .doesNotContainAnyElementsOf(TestCluster.seen(first).actors());
            assertThat(cluster.values("c", "k")).containsExactly("w");
        }
    }

    @Test
    void memberThatIsDown_holdsItUpForAsLongAsItIs_andIsNamed() {
        try (TestCluster cluster = cluster(3)) {
            String asker = firstOwner(cluster, "k");
            String down = cluster.preferenceList("k").get(2);
            Context seen = cluster.text(asker)
                    .put("k", "v", Context.none(), Option.w(3))
                    .context();
            cluster.kill(down);
            cluster.noticeSilence();
            cluster.text(asker).delete("k", seen);
            cluster.time.run(Duration.ofHours(1));
            assertThat(holders(cluster, "k")).containsExactlyInAnyOrder("a", "b", "c");
            assertThat(cluster.core(asker).purgeBlocked()).containsOnlyKeys(down);

            cluster.start(down);
            cluster.link();
            cluster.time.run(LONG_ENOUGH);

            assertThat(holders(cluster, "k")).isEmpty();
            assertThat(cluster.core(asker).purgeBlocked()).isEmpty();
        }
    }

    @Test
    void memberThatIsNoOwner_isAskedToo() {
        try (TestCluster cluster = cluster(4)) {
            String key = cluster.keyNotOn("d", 3);
            putAndDelete(cluster, key);
            cluster.kill("d");
            cluster.time.run(Duration.ofHours(1));
            assertThat(holders(cluster, key)).hasSize(3);

            cluster.start("d");
            cluster.link();
            cluster.time.run(LONG_ENOUGH);

            assertThat(holders(cluster, key)).isEmpty();
        }
    }

    @Test
    void requestThatBeganBeforeTheVote_holdsItUpUntilItEnds() {
        try (TestCluster cluster = cluster(3)) {
            String asker = firstOwner(cluster, "k");
            String reader = cluster.preferenceList("k").get(1);
            String third = cluster.preferenceList("k").get(2);
            putAndDelete(cluster, "k");
            cluster.time.run(Duration.ofSeconds(115));
            cluster.network.lose(message ->
                    message.is(GetReplicaRequest.class) && message.from().equals(reader));
            var read = cluster.text(reader).async().get("k", Option.r(3), Option.timeout(Duration.ofMinutes(10)));
            cluster.time.run(LONG_ENOUGH);
            assertThat(holders(cluster, "k")).hasSize(3);
            assertThat(cluster.core(asker).purgeBlocked()).containsOnlyKeys(reader);

            cluster.network.heal();
            cluster.time.run(LONG_ENOUGH);

            assertThat(read.toCompletableFuture()).isDone();
            assertThat(holders(cluster, "k")).isEmpty();
            assertThat(cluster.core(third).figures().purged()).isEqualTo(1);
        }
    }

    @Test
    void whatIsKeptForOthers_holdsItUp() {
        try (TestCluster cluster = cluster(4)) {
            String key = cluster.keyNotOn("d", 3);
            Context seen =
                    cluster.text("a").put(key, "v", Context.none(), Option.w(3)).context();
            cluster.text("a").delete(key, seen, Option.w(3));
            // The same record, kept for b once more: and it is not handed over.
            cluster.network.lose(message ->
                    message.is(PutReplicaRequest.class) && message.from().equals("d"));
            cluster.tell(
                    "a",
                    "d",
                    new PutReplicaRequest(
                            0,
                            "notes",
                            key.getBytes(StandardCharsets.UTF_8),
                            cluster.held("a", key),
                            false,
                            1_000_000,
                            io.dynamo.core.causality.CausalContext.EMPTY,
                            List.of("b")));
            assertThat(cluster.hints("d").count()).isEqualTo(1);
            cluster.time.run(LONG_ENOUGH);
            assertThat(holders(cluster, key)).hasSize(3);
            assertThat(cluster.core(firstOwner(cluster, key)).purgeBlocked()).containsOnlyKeys("d");

            cluster.network.heal();
            cluster.time.run(LONG_ENOUGH);

            assertThat(holders(cluster, key)).isEmpty();
        }
    }

    @Test
    void restartBetweenTheTwoQuestions_endsIt() {
        try (TestCluster cluster = cluster(3)) {
            String third = cluster.preferenceList("k").get(2);
            putAndDelete(cluster, "k");
            cluster.time.runUntil(
                    () -> cluster.network.sent(SettleRequest.class).stream().anyMatch(isStep(Step.CLEAR)), LONG_ENOUGH);
            cluster.time.run(Duration.ofSeconds(1));
            cluster.restart(third);
            cluster.time.runUntil(
                    () -> cluster.network.sent(SettleRequest.class).stream().anyMatch(isStep(Step.CONFIRM)),
                    LONG_ENOUGH);
            cluster.time.run(Duration.ofSeconds(1));

            assertThat(cluster.network.sent(SettleRequest.class)).noneMatch(isStep(Step.ORDER));
            cluster.time.run(LONG_ENOUGH);
            assertThat(holders(cluster, "k")).isEmpty();
        }
    }

    @Test
    void ownerThatMissesTheOrder_isToldWhenItIsCompared_andBringsNothingBack() {
        try (TestCluster cluster = cluster(3)) {
            for (String asker : List.of("first", "missing")) {
                String key = cluster.keyNotOn("none", 0, asker);
                List<String> list = cluster.preferenceList(key);
                putAndDelete(cluster, key);
                cluster.network.lose(message ->
                        isStep(Step.ORDER).test(message) && message.to().equals(list.get(2)));
                cluster.time.run(LONG_ENOUGH);
                cluster.network.heal();
                assertThat(holders(cluster, key)).containsExactly(list.get(2));

                int partition = StoredKey.of("notes", key.getBytes(StandardCharsets.UTF_8), 256)
                        .partition();
                cluster.core(asker.equals("first") ? list.get(0) : list.get(2)).compareNow(partition, outcome -> {});
                cluster.time.run(Duration.ofSeconds(10));

                assertThat(holders(cluster, key)).isEmpty();
                cluster.time.run(LONG_ENOUGH);
                assertThat(holders(cluster, key)).isEmpty();
            }
        }
    }

    @Test
    void writeThatComesBeforeTheOrder_isKept() {
        try (TestCluster cluster = cluster(3)) {
            String asker = firstOwner(cluster, "k");
            putAndDelete(cluster, "k");
            cluster.time.runUntil(
                    () -> cluster.network.sent(SettleRequest.class).stream().anyMatch(isStep(Step.CLEAR)), LONG_ENOUGH);
            cluster.time.run(Duration.ofSeconds(30));
            cluster.network.lose(message -> message.is(PutReplicaRequest.class));
            cluster.text(asker).put("k", "w", Context.none(), Option.w(1));

            cluster.time.run(Duration.ofMinutes(2));
            cluster.network.heal();
            cluster.text(asker).get("k", Option.askAll());
            cluster.time.run(Duration.ofSeconds(1));

            for (String node : ALL) {
                assertThat(cluster.values(node, "k")).contains("w").doesNotContain("v");
            }
        }
    }

    @Test
    void purgingIsOff_keepsDeletedRecordsForEver_andAgreesToOthers() {
        try (TestCluster cluster = TestCluster.of(3, "repair.every", "1h", "purge.every", "off")) {
            putAndDelete(cluster, "k");

            cluster.time.run(Duration.ofHours(2));

            assertThat(holders(cluster, "k")).hasSize(3);
            assertThat(cluster.network.sent(SettleRequest.class)).isEmpty();
        }
    }
}
