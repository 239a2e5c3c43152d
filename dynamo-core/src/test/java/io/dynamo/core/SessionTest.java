package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dynamo.api.Context;
import io.dynamo.api.InvalidContextException;
import io.dynamo.api.Option;
import io.dynamo.api.Outcome;
import io.dynamo.api.QuorumException;
import io.dynamo.api.Read;
import io.dynamo.core.wire.GetReplicaRequest;
import io.dynamo.core.wire.PutReplicaRequest;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A session reads its own writes, and never goes back (Dynamo §6.4), whoever coordinates and whoever stands in. */
class SessionTest {

    private static final String KEY = "k";
    private static final Option R1 = Option.r(1);
    private static final Option W1 = Option.w(1);

    /** Three owners of which only a has the write. */
    private static Context writtenAtA(TestCluster cluster) {
        cluster.network.lose(sent -> sent.is(PutReplicaRequest.class));
        Context seen = cluster.text("a").put(KEY, "one", Context.none(), W1).context();
        cluster.time.run(TestCluster.SECOND);
        return seen;
    }

    @Test
    void readThroughAnotherNode_findsTheSessionsOwnWrite() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Context seen = writtenAtA(cluster);

            assertThat(cluster.text("b").get(KEY, R1).value())
                    .as("without a session")
                    .isEmpty();
            Read<String> read = cluster.text("b").get(KEY, R1, Option.session(seen));

            assertThat(read.value()).contains("one");
            assertThat(read.sessionExpired()).isFalse();
        }
    }

    @Test
    void sessionOfARead_isNeverReadOlder() {
        try (TestCluster cluster = TestCluster.of(3)) {
            writtenAtA(cluster);
            Context seen = cluster.text("a").get(KEY, R1).context();

            assertThat(cluster.text("c").get(KEY, R1, Option.session(seen)).value())
                    .contains("one");
        }
    }

    @Test
    void quorumThatIsOlder_waitsForTheOneThatKnows() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Context seen = writtenAtA(cluster);
            cluster.network.slow(
                    sent -> sent.touches("a"), Duration.ofMillis(150).toNanos());

            Read<String> read = cluster.text("b").get(KEY, Option.r(2), Option.session(seen));

            assertThat(read.value()).contains("one");
        }
    }

    @Test
    void whoKnowsIsOutOfReach_failsRatherThanGoBack() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Context seen = writtenAtA(cluster);
            cluster.kill("a");
            cluster.noticeSilence();

            QuorumException failure = catchThrowableOfType(
                    QuorumException.class, () -> cluster.text("b").get(KEY, R1, Option.session(seen)));

            assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(failure).hasMessageContaining("not older than its session");
            assertThat(cluster.text("b").get(KEY, R1).value())
                    .as("without a session")
                    .isEmpty();
        }
    }

    /** All have answered, and it was not enough: they are asked again until the time is over. */
    @Test
    void writeThatArrivesMeanwhile_isFound() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Context seen = writtenAtA(cluster);
            cluster.network.lose(sent -> sent.touches("a"));
            cluster.time.after(Duration.ofMillis(400).toNanos(), cluster.network::heal);

            Read<String> read = cluster.text("b").get(KEY, R1, Option.session(seen));

            assertThat(read.value()).contains("one");
        }
    }

    @Test
    void quorumThatCannotBeReached_failsAtOnce() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Context seen = writtenAtA(cluster);
            cluster.kill("b", "c");
            cluster.noticeSilence();
            long before = cluster.time.nowNanos();

            assertThatThrownBy(() -> cluster.text("a").get(KEY, Option.r(2), Option.session(seen)))
                    .isInstanceOf(QuorumException.class);

            assertThat(Duration.ofNanos(cluster.time.nowNanos() - before)).isLessThan(Duration.ofMillis(10));
        }
    }

    @Test
    void whoHasAnswered_countsOn_thoughItIsSilentWhenItIsAskedAgain() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = cluster.keyNotOn("d", 3);
            String owner = cluster.preferenceList(key).get(0);
            cluster.network.lose(sent -> sent.is(PutReplicaRequest.class));
            Context seen =
                    cluster.text(owner).put(key, "one", Context.none(), W1).context();
            cluster.time.run(TestCluster.SECOND);
            cluster.network.heal();
            cluster.network.refuse(sent -> sent.touches(owner));
            // The two others have answered once by then, and go silent; then who knows can be reached.
            cluster.time.after(
                    Duration.ofMillis(60).toNanos(), () -> cluster.network.lose(sent -> !sent.touches(owner)));
            cluster.time.after(Duration.ofMillis(400).toNanos(), () -> cluster.network.refuse(sent -> false));

            Read<String> read = cluster.text("d").get(key, Option.r(2), Option.session(seen));

            assertThat(read.value()).contains("one");
        }
    }

    @Test
    void standInThatDoesNotKnowTheKey_isAskedOnce() {
        try (TestCluster cluster = TestCluster.of(5)) {
            String key = cluster.keyNotOn("e", 4);
            String owner = cluster.preferenceList(key).get(0);
            cluster.network.lose(sent -> sent.is(PutReplicaRequest.class));
            Context seen =
                    cluster.text(owner).put(key, "one", Context.none(), W1).context();
            cluster.time.run(TestCluster.SECOND);
            cluster.network.heal();
            cluster.network.refuse(sent -> sent.touches(owner));
            cluster.network.forget();

            assertThatThrownBy(() -> cluster.text("e").get(key, R1, Option.session(seen)))
                    .isInstanceOf(QuorumException.class);

            String standIn = cluster.preferenceList(key).get(3);
            assertThat(cluster.network.sent(GetReplicaRequest.class))
                    .filteredOn(sent -> sent.to().equals(standIn))
                    .hasSize(1);
        }
    }

    @Test
    void hintedWrite_isFoundAtTheStandIn() {
        try (TestCluster cluster = TestCluster.of(5)) {
            String key = cluster.keyNotOn("e", 4);
            String owner = cluster.preferenceList(key).get(0);
            String spare = cluster.preferenceList(key).get(3);
            cluster.network.lose(
                    sent -> sent.is(PutReplicaRequest.class) && !sent.to().equals(spare));
            Context seen = cluster.text("e")
                    .put(key, "one", Context.none(), Option.w(2))
                    .context();
            cluster.kill(cluster.preferenceList(key).get(0));
            cluster.noticeSilence();
            assertThat(seen).as("minted by " + owner + ", kept by " + spare).isNotNull();

            Read<String> read = cluster.text("e").get(key, R1, Option.session(seen));

            assertThat(read.value()).contains("one");
        }
    }

    @Test
    void update_beginsFromWhatItsSessionHasSeen() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Context seen = writtenAtA(cluster);
            cluster.network.heal();

            Optional<String> changed = cluster.text("b")
                    .update(KEY, old -> Optional.of(old.orElse("nothing") + " two"), R1, Option.session(seen));

            assertThat(changed).contains("one two");
        }
    }

    @Test
    void deletedKey_staysDeletedInItsSession() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.text("a").put(KEY, "one", Context.none(), Option.w(3));
            cluster.network.lose(sent -> sent.is(PutReplicaRequest.class));
            Context seen = cluster.text("a")
                    .delete(KEY, cluster.text("a").get(KEY).context(), W1)
                    .context();

            assertThat(cluster.text("b").get(KEY, R1).value()).contains("one");
            assertThat(cluster.text("b").get(KEY, R1, Option.session(seen)).value())
                    .isEmpty();
        }
    }

    @Test
    void tokenOlderThanItsLifetime_waitsForNothing_andTheReadSaysSo() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Context seen = writtenAtA(cluster);
            cluster.kill("a");
            cluster.noticeSilence();
            cluster.setClock("b", Duration.ofHours(2));
            cluster.restart("b");

            Read<String> read = cluster.text("b").get(KEY, R1, Option.session(seen));

            assertThat(read.value()).isEmpty();
            assertThat(read.sessionExpired()).isTrue();
        }
    }

    @Test
    void oldTokenThatIsKeptAllTheSame_isNotCalledExpired() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Context seen = cluster.text("a")
                    .put(KEY, "one", Context.none(), Option.w(3))
                    .context();
            cluster.setClock("b", Duration.ofHours(2));
            cluster.restart("b");

            assertThat(cluster.text("b").get(KEY, R1, Option.session(seen)).sessionExpired())
                    .isFalse();
        }
    }

    @Test
    void noContext_asksForNothing() {
        try (TestCluster cluster = TestCluster.of(3)) {
            assertThat(cluster.text("a")
                            .get(KEY, Option.session(Context.none()))
                            .value())
                    .isEmpty();
            assertThat(cluster.text("a")
                            .get(KEY, Option.session(cluster.text("a").get(KEY).context()))
                            .value())
                    .isEmpty();
        }
    }

    @Test
    void readThatIsKept_asksNobodyTwice() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Context seen = cluster.text("a")
                    .put(KEY, "one", Context.none(), Option.w(3))
                    .context();
            int before = cluster.network.sent(GetReplicaRequest.class).size();

            cluster.text("b").get(KEY, R1, Option.session(seen));

            assertThat(cluster.network.sent(GetReplicaRequest.class)).hasSize(before);
        }
    }

    @Test
    void wrongUse_isRefusedByName() {
        try (TestCluster cluster = TestCluster.of(3, "stores.short.clock-truncation", "40")) {
            Context other = cluster.text("a").get("other").context();
            assertThatThrownBy(() -> cluster.text("a").get(KEY, Option.session(other)))
                    .isInstanceOf(InvalidContextException.class);
            assertThatThrownBy(() -> cluster.text("a").keys(Option.session(other)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a session is of one key");
            assertThatThrownBy(() -> cluster.node("a")
                            .store("short", TestCluster.TEXT, io.dynamo.api.Reconciler.<String>siblings())
                            .get(KEY, Option.session(other)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("option session")
                    .hasMessageContaining("stores.short.clock-truncation = 40");
        }
    }
}
