package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.WriteId;
import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Dot;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.wire.GetReplicaRequest;
import io.dynamo.core.wire.GetReplicaResponse;
import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.core.wire.PutReplicaResponse;
import io.dynamo.core.wire.Rejection;
import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import io.dynamo.spi.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a stand-in keeps for others, how much of it, and what it refuses (Dynamo §4.6; traps T19). */
class HintsTest {

    private static final Duration MOMENT = Duration.ofMillis(10);

    static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    /** A write of an actor that nobody else has, by its number. */
    static VersionSet write(int number, String value) {
        Dot dot = new Dot(new Actor(7, 7, 7), number);
        Version version =
                new Version(dot, number, 0, new WriteId(1_000, number), value.getBytes(StandardCharsets.UTF_8));
        return VersionSet.of(CausalContext.EMPTY.with(dot), List.of(version));
    }

    static PutReplicaRequest hint(long request, String key, VersionSet set, String... targets) {
        return new PutReplicaRequest(
                request, "notes", bytes(key), set, false, 1_000_000, CausalContext.EMPTY, List.of(targets));
    }

    private static Rejection rejection(TestCluster cluster) {
        assertThat(cluster.network.sent(PutReplicaResponse.class)).isEmpty();
        List<TestNetwork.Sent> sent = cluster.network.sent(Rejection.class);
        assertThat(sent).hasSize(1);
        return (Rejection) sent.get(0).message();
    }

    @Test
    void standIn_keepsAHintApartFromItsOwn_andAcknowledgesWhenItIsDurable() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = cluster.keyNotOn("d", 3);
            cluster.engine("d").holdsWrites = true;

            cluster.tell("a", "d", hint(1, key, write(1, "one"), "c"));

            assertThat(cluster.network.sent(PutReplicaResponse.class)).isEmpty();
            cluster.engine("d").releaseWrites();
            cluster.time.run(MOMENT);
            assertThat(cluster.network.sent(PutReplicaResponse.class)).hasSize(1);
            assertThat(cluster.engine("d").entries(Space.RECORDS)).isEmpty();
            assertThat(cluster.engine("d").entries(Space.HINTS)).hasSize(1);
            assertThat(cluster.engine("d").askedFor).last().isEqualTo(Durability.SYNC);
            assertThat(cluster.hints("d").count()).isEqualTo(1);
            assertThat(cluster.hints("d").byTarget().get("c").count()).isEqualTo(1);
        }
    }

    @Test
    void readOfAStandIn_findsTheHint() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = cluster.keyNotOn("d", 3);
            cluster.tell("a", "d", hint(1, key, write(1, "one"), "c"));

            cluster.tell("a", "d", new GetReplicaRequest(2, "notes", bytes(key), 1_000_000));

            assertThat(cluster.network.sent(GetReplicaResponse.class))
                    .extracting(sent -> ((GetReplicaResponse) sent.message()).set())
                    .containsExactly(write(1, "one"));
        }
    }

    @Test
    void severalWritesOfOneKey_areOneHint_forAllTheirTargets() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = cluster.keyNotOn("d", 3);

            cluster.tell("a", "d", hint(1, key, write(1, "one"), "c"));
            cluster.tell("a", "d", hint(2, key, write(2, "two"), "b", "c"));
            long before = cluster.hints("d").bytes();
            cluster.tell("a", "d", hint(3, key, write(2, "two"), "c"));

            assertThat(cluster.hints("d").count()).isEqualTo(1);
            assertThat(cluster.hints("d").byTarget()).containsOnlyKeys("b", "c");
            assertThat(cluster.hints("d").bytes()).as("nothing new").isEqualTo(before);
            assertThat(cluster.network.sent(PutReplicaResponse.class)).hasSize(3);
        }
    }

    @Test
    void owner_takesNoHint_andAStandInNothingElse() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = cluster.keyNotOn("d", 3);

            cluster.tell("a", "d", hint(1, key, write(1, "one")));

            assertThat(rejection(cluster).reason()).isEqualTo(Rejection.Reason.OTHER_PLACEMENT);
            cluster.tell("a", "b", hint(2, key, write(1, "one"), "c"));
            assertThat(cluster.network.sent(Rejection.class)).hasSize(2);
            cluster.tell("a", "d", hint(3, key, write(1, "one"), "c", "d"));
            assertThat(cluster.network.sent(Rejection.class))
                    .as("d is no owner")
                    .hasSize(3);
            assertThat(cluster.network.sent(PutReplicaResponse.class)).isEmpty();
            for (String id : List.of("b", "d")) {
                assertThat(cluster.engine(id).entries(Space.RECORDS)).isEmpty();
                assertThat(cluster.engine(id).entries(Space.HINTS)).isEmpty();
            }
        }
    }

    @Test
    void atTheCap_aHintIsRefused_andNothingIsDropped() {
        try (TestCluster cluster = TestCluster.of(4, "hints.bytes", "250B")) {
            String key = cluster.keyNotOn("d", 3);
            cluster.tell("a", "d", hint(1, key, write(1, "x".repeat(100)), "c"));
            assertThat(cluster.network.sent(PutReplicaResponse.class)).hasSize(1);

            cluster.tell("a", "d", hint(2, key, write(2, "y".repeat(100)), "c"));

            assertThat(cluster.network.sent(PutReplicaResponse.class)).hasSize(1);
            assertThat(cluster.network.sent(Rejection.class))
                    .extracting(sent -> ((Rejection) sent.message()).reason())
                    .containsExactly(Rejection.Reason.HINTS_FULL);
            assertThat(cluster.hints("d").refused()).isEqualTo(1);
            assertThat(cluster.hints("d").bytes()).isBetween(100L, 250L).isEqualTo(onDisk(cluster));
        }
    }

    /** Keys and values, as the bound counts them. */
    private static long onDisk(TestCluster cluster) {
        return cluster.engine("d").entries(Space.HINTS).stream()
                .mapToLong(entry -> entry.getKey().length + entry.getValue().length)
                .sum();
    }

    @Test
    void withNoBytes_itIsNeverAStandIn() {
        try (TestCluster cluster = TestCluster.of(4, "hints.bytes", "0B")) {
            cluster.tell("a", "d", hint(1, cluster.keyNotOn("d", 3), write(1, "one"), "c"));

            assertThat(rejection(cluster).reason()).isEqualTo(Rejection.Reason.HINTS_FULL);
        }
    }

    @Test
    void failedCommit_givesItsRoomBack_andIsNotAcknowledged() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = cluster.keyNotOn("d", 3);
            cluster.tell("a", "d", hint(1, key, write(1, "one"), "c"));
            Object before = cluster.hints("d");
            cluster.engine("d").failsWrites = true;

            cluster.tell("a", "d", hint(2, key, write(2, "two"), "b"));
            cluster.tell("a", "d", hint(3, cluster.keyNextTo(key), write(3, "three"), "b"));

            assertThat(cluster.network.sent(PutReplicaResponse.class)).hasSize(1);
            assertThat(cluster.hints("d").bytes()).isEqualTo(onDisk(cluster));
            assertThat(cluster.hints("d").byTarget().get("b").count()).isZero();
            cluster.engine("d").failsWrites = false;
            assertThat(cluster.hints("d"))
                    .usingRecursiveComparison()
                    .ignoringFields("byTarget")
                    .isEqualTo(before);
        }
    }

    @Test
    void whatAnEarlierRunHeld_isCountedAgain() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String first = cluster.keyNotOn("d", 3);
            cluster.tell("a", "d", hint(1, first, write(1, "one"), "b", "c"));
            cluster.tell("a", "d", hint(2, cluster.keyNextTo(first), write(2, "two"), "c"));
            Object before = cluster.hints("d");

            cluster.restart("d");

            assertThat(cluster.hints("d")).isEqualTo(before);
            assertThat(cluster.hints("d").byTarget().get("c").oldestMillis()).isPositive();
        }
    }

    @Test
    void damagedHint_staysAndIsCounted_andIsNeverNotFound() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = cluster.keyNotOn("d", 3);
            cluster.engine("d")
                    .write(
                            new WriteBatch()
                                    .put(
                                            Space.HINTS,
                                            StoredKey.of("notes", bytes(key), 256)
                                                    .bytes(),
                                            new byte[] {1, 2}),
                            Durability.SYNC,
                            failure -> {});
            cluster.restart("d");

            cluster.tell("a", "d", new GetReplicaRequest(1, "notes", bytes(key), 1_000_000));

            assertThat(cluster.hints("d").damaged()).isEqualTo(1);
            assertThat(cluster.network.sent(GetReplicaResponse.class)).isEmpty();
            assertThat(rejection(cluster).reason()).isEqualTo(Rejection.Reason.STORAGE_FAILED);
            assertThat(cluster.engine("d").entries(Space.HINTS)).hasSize(1);
        }
    }
}
