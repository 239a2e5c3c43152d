package io.dynamo.core;

import static io.dynamo.core.HintsTest.hint;
import static io.dynamo.core.HintsTest.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.core.wire.PutReplicaResponse;
import io.dynamo.spi.Space;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Hints reach their owners, however often anybody is interrupted, and go only then (Dynamo §4.6; traps T19, T20). */
class HandoffTest {

    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Duration LATER = Duration.ofSeconds(20);

    /** Node d is no owner of the key, and holds a write of it for these, who are down. */
    private static String held(TestCluster cluster, String... targets) {
        String key = cluster.keyNotOn("d", 3);
        cluster.kill(targets);
        cluster.tell("a", "d", hint(1, key, write(1, "one"), targets));
        assertThat(cluster.hints("d").count()).isEqualTo(1);
        return key;
    }

    private static boolean holdsNothing(TestCluster cluster, String id) {
        return cluster.engine(id).entries(Space.HINTS).isEmpty();
    }

    @Test
    void hint_waitsForItsTarget_andIsHandedOverWhenThatReturns() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = held(cluster, "c");
            cluster.time.run(LATER);
            assertThat(holdsNothing(cluster, "d")).isFalse();

            cluster.start("c");
            cluster.link();

            assertThat(cluster.values("c", key)).as("at once").containsExactly("one");
            assertThat(holdsNothing(cluster, "d")).isTrue();
            assertThat(cluster.hints("d").count()).isZero();
            assertThat(cluster.hints("d").bytes()).isZero();
            assertThat(cluster.hints("d").byTarget().get("c").oldestMillis()).isZero();
            assertThat(cluster.node("d").figures().handedOver()).isEqualTo(1);
        }
    }

    @Test
    void hintThatIsTooOld_goesToTheOtherOwners_whoTellItsTarget() {
        try (TestCluster cluster = TestCluster.of(4, "hints.max-age", "1h", "repair.every", "1m")) {
            String key = held(cluster, "c");
            cluster.time.run(Duration.ofMinutes(59));
            assertThat(holdsNothing(cluster, "d")).isFalse();
            assertThat(cluster.values("a", key)).isEmpty();

            cluster.time.run(Duration.ofMinutes(3));

            assertThat(cluster.values("a", key)).containsExactly("one");
            assertThat(cluster.values("b", key)).containsExactly("one");
            assertThat(holdsNothing(cluster, "d")).isTrue();
            assertThat(cluster.hints("d").bytes()).isZero();
            cluster.start("c");
            cluster.link();
            cluster.time.run(Duration.ofMinutes(3));
            assertThat(cluster.values("c", key)).containsExactly("one");
        }
    }

    @Test
    void hintThatIsTooOld_isKeptUntilSomeOwnerHasIt() {
        try (TestCluster cluster = TestCluster.of(4, "hints.max-age", "1h", "repair.every", "1m")) {
            String key = held(cluster, "c");
            cluster.kill("a", "b");
            cluster.time.run(Duration.ofHours(3));
            assertThat(holdsNothing(cluster, "d")).isFalse();

            cluster.start("b");
            cluster.link();
            cluster.time.run(Duration.ofMinutes(3));

            assertThat(holdsNothing(cluster, "d")).isTrue();
            assertThat(cluster.values("b", key)).containsExactly("one");
        }
    }

    @Test
    void hintThatIsOld_whereOwnersAreNotCompared_isKept() {
        try (TestCluster cluster = TestCluster.of(4, "hints.max-age", "1h", "repair.every", "off")) {
            held(cluster, "c");
            cluster.time.run(Duration.ofHours(3));
            assertThat(holdsNothing(cluster, "d")).isFalse();
        }
    }

    @Test
    void hint_survivesRestartOfItsHolder() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = held(cluster, "c");
            cluster.kill("d");
            cluster.start("c");
            cluster.start("d");
            cluster.link();
            cluster.time.run(SOON);

            assertThat(cluster.values("c", key)).containsExactly("one");
            assertThat(holdsNothing(cluster, "d")).isTrue();
            assertThat(cluster.hints("d").bytes()).isZero();
        }
    }

    @Test
    void hint_survivesRestartOfItsTarget_andGoesOnlyWhenAcknowledged() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = held(cluster, "c");
            cluster.network.lose(message -> message.is(PutReplicaResponse.class));
            cluster.start("c");
            cluster.link();
            cluster.time.run(SOON);
            assertThat(cluster.values("c", key)).containsExactly("one");
            assertThat(holdsNothing(cluster, "d")).as("nobody said so").isFalse();

            cluster.kill("c");
            cluster.network.heal();
            cluster.start("c");
            cluster.link();
            cluster.time.run(LATER);

            assertThat(cluster.values("c", key)).as("merged, not added").containsExactly("one");
            assertThat(holdsNothing(cluster, "d")).isTrue();
        }
    }

    @Test
    void newWriteDuringDelivery_staysAndGoesAgain() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = held(cluster, "c");
            cluster.network.hold(message ->
                    message.is(PutReplicaRequest.class) && message.to().equals("c"));
            cluster.start("c");
            cluster.link();
            cluster.tell("a", "d", hint(2, key, write(2, "two"), "c"));

            cluster.network.deliverHeld(1);
            cluster.time.run(Duration.ofMillis(5));

            assertThat(cluster.values("c", key)).containsExactly("one");
            assertThat(holdsNothing(cluster, "d")).as("two is not there yet").isFalse();
            cluster.time.run(SOON);
            assertThat(cluster.values("c", key)).containsExactly("one", "two");
            assertThat(holdsNothing(cluster, "d")).isTrue();
        }
    }

    @Test
    void twoTargets_itGoesWhenBothHaveIt() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = held(cluster, "b", "c");
            cluster.start("c");
            cluster.time.run(LATER);

            assertThat(cluster.values("c", key)).containsExactly("one");
            assertThat(cluster.hints("d").byTarget().get("c").count()).isZero();
            assertThat(cluster.hints("d").byTarget().get("b").count()).isEqualTo(1);
            assertThat(holdsNothing(cluster, "d")).isFalse();

            cluster.start("b");
            cluster.link();
            cluster.time.run(SOON);
            assertThat(cluster.values("b", key)).containsExactly("one");
            assertThat(holdsNothing(cluster, "d")).isTrue();
        }
    }

    @Test
    void failedDelete_isHandedOverOnceMore() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = held(cluster, "c");
            cluster.start("c");
            cluster.engine("d").failsWrites = true;
            cluster.link();
            cluster.time.run(SOON);
            assertThat(cluster.values("c", key)).containsExactly("one");
            assertThat(holdsNothing(cluster, "d")).isFalse();
            assertThat(cluster.hints("d").count()).as("as on disk").isEqualTo(1);

            cluster.engine("d").failsWrites = false;
            cluster.time.run(LATER);

            assertThat(holdsNothing(cluster, "d")).isTrue();
            assertThat(cluster.hints("d").bytes()).isZero();
            assertThat(cluster.values("c", key)).containsExactly("one");
        }
    }

    @Test
    void handingOver_keepsToItsRate() {
        try (TestCluster cluster = TestCluster.of(4, "hints.rate", "1KiB")) {
            String key = held(cluster, "c");
            List<String> keys = new ArrayList<>(List.of(key));
            for (int i = 2; i <= 12; i++) {
                keys.add(cluster.keyNotOn("d", 3, "more" + i));
                cluster.tell("a", "d", hint(i, keys.get(i - 1), write(i, "x".repeat(1_000)), "c"));
            }
            cluster.start("c");
            cluster.link();
            cluster.time.run(Duration.ofSeconds(6));

            assertThat(cluster.node("d").figures().handedOver()).isBetween(2L, 7L);
            cluster.time.run(LATER);
            assertThat(cluster.node("d").figures().handedOver()).isEqualTo(12);
            assertThat(holdsNothing(cluster, "d")).isTrue();
        }
    }

    @Test
    void targetThatFailsInTheMiddleOfARound_theRestIsNotReadForIt() {
        try (TestCluster cluster = TestCluster.of(4, "cluster.partitions", "4")) {
            String key = held(cluster, "c");
            for (int i = 2; i <= 1_000; i++) {
                cluster.tell("a", "d", hint(i, cluster.keyNotOn("d", 3, "more" + i + "-"), write(i, "x"), "c"));
            }
            assertThat(cluster.hints("d").count()).isEqualTo(1_000);
            cluster.network.refuse(message ->
                    message.is(PutReplicaRequest.class) && message.to().equals("c"));
            cluster.start("c");
            cluster.engine("d").entriesRead = 0;
            cluster.link();
            cluster.time.run(SOON);

            assertThat(cluster.engine("d").entriesRead)
                    .as("about a page of a lane")
                    .isLessThan(4 * 100);
            cluster.network.heal();
            cluster.time.run(LATER);
            assertThat(holdsNothing(cluster, "d")).isTrue();
            assertThat(cluster.values("c", key)).containsExactly("one");
        }
    }

    @Test
    void acknowledgementToAnEarlierRunOfTheHolder_isIgnored() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = held(cluster, "c");
            cluster.network.hold(message -> message.is(PutReplicaResponse.class));
            cluster.start("c");
            cluster.link();
            cluster.network.lose(message -> message.is(PutReplicaRequest.class));
            cluster.restart("d");

            cluster.network.deliverHeld(1);
            cluster.time.run(Duration.ofMillis(5));
            assertThat(holdsNothing(cluster, "d"))
                    .as("asked for by nobody who lives")
                    .isFalse();

            cluster.network.heal();
            cluster.time.run(LATER);
            assertThat(holdsNothing(cluster, "d")).isTrue();
            assertThat(cluster.values("c", key)).containsExactly("one");
        }
    }

    @Test
    void nodeThatCloses_doesNotWaitForTheTargets() {
        try (TestCluster cluster = TestCluster.of(4)) {
            held(cluster, "c");
            cluster.network.lose(message -> message.to().equals("c") && message.is(PutReplicaRequest.class));
            cluster.start("c");
            cluster.link();
            long before = cluster.time.nowNanos();

            cluster.stop("d");

            assertThat(Duration.ofNanos(cluster.time.nowNanos() - before)).isLessThan(Duration.ofMillis(100));
            assertThat(holdsNothing(cluster, "d")).isFalse();
        }
    }
}
