package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.Context;
import io.dynamo.api.MemberView;
import io.dynamo.api.QuorumException;
import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.core.wire.PutReplicaResponse;
import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import io.dynamo.spi.WriteBatch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where nobody is left to stand in, an owner remembers whom it owes what it has written (Dynamo §4.6; traps T19, T20). */
class OwedTest {

    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Duration LATER = Duration.ofSeconds(20);

    private static long owed(TestCluster cluster, String id, String target) {
        return cluster.hints(id).owedTo(target);
    }

    /** Three nodes, three replicas; c is down, and a has written a key. */
    private static TestCluster owing(String... settings) {
        TestCluster cluster = TestCluster.of(3, settings);
        cluster.kill("c");
        cluster.noticeSilence();
        cluster.text("a").put("k", "one", Context.none());
        return cluster;
    }

    @Test
    void ownerThatMissedAWrite_isOwedIt_andGetsItWhenItReturns_withoutAnyRead() {
        try (TestCluster cluster = owing()) {
            assertThat(owed(cluster, "a", "c")).isEqualTo(1);
            assertThat(owed(cluster, "b", "c")).as("it did not write it").isZero();
            cluster.time.run(LATER);
            assertThat(owed(cluster, "a", "c")).isEqualTo(1);

            cluster.start("c");
            cluster.link();

            assertThat(cluster.values("c", "k")).as("at once").containsExactly("one");
            assertThat(owed(cluster, "a", "c")).isZero();
            assertThat(cluster.hints("a").owed().bytes()).isZero();
            assertThat(cluster.node("a").figures().handedOver()).isEqualTo(1);
            assertThat(cluster.engine("a").entries(Space.HINTS))
                    .as("only noted")
                    .isEmpty();
        }
    }

    @Test
    void keyThatIsWrittenAgain_isOwedOnce_andThePresentRecordIsHandedOver() {
        try (TestCluster cluster = owing()) {
            cluster.text("a").put("k", "two", Context.none());
            cluster.text("a").put("other", "x", Context.none());
            assertThat(owed(cluster, "a", "c")).isEqualTo(2);
            int before = cluster.network.sent(PutReplicaRequest.class).size();

            cluster.start("c");
            cluster.link();

            assertThat(cluster.values("c", "k")).containsExactly("one", "two");
            assertThat(cluster.network.sent(PutReplicaRequest.class)).hasSize(before + 2);
            assertThat(owed(cluster, "a", "c")).isZero();
        }
    }

    @Test
    void newWriteWhileItIsHandedOver_staysOwed() {
        try (TestCluster cluster = owing()) {
            cluster.network.hold(message ->
                    message.is(PutReplicaRequest.class) && message.to().equals("c"));
            cluster.start("c");
            cluster.link();
            cluster.text("a").put("k", "two", Context.none());
            cluster.network.lose(message ->
                    message.is(PutReplicaRequest.class) && message.to().equals("c"));
            cluster.network.deliverHeld(1);
            cluster.time.run(Duration.ofMillis(5));
            assertThat(owed(cluster, "a", "c")).as("two may not be there yet").isEqualTo(1);

            cluster.network.heal();
            cluster.time.run(LATER);
            assertThat(cluster.values("c", "k")).containsExactly("one", "two");
            assertThat(owed(cluster, "a", "c")).isZero();
        }
    }

    @Test
    void acknowledgementThatIsLost_leavesItOwed() {
        try (TestCluster cluster = owing()) {
            cluster.network.lose(message ->
                    message.is(PutReplicaResponse.class) && message.from().equals("c"));
            cluster.start("c");
            cluster.link();
            cluster.time.run(SOON);
            assertThat(cluster.values("c", "k")).containsExactly("one");
            assertThat(owed(cluster, "a", "c")).as("nobody said so").isEqualTo(1);

            cluster.network.heal();
            cluster.time.run(LATER);
            assertThat(owed(cluster, "a", "c")).isZero();
            assertThat(cluster.values("c", "k")).as("merged, not added").containsExactly("one");
        }
    }

    @Test
    void targetThatFailsInTheMiddleOfARound_theRestIsNotReadForIt() {
        try (TestCluster cluster = owing("cache.bytes", "0B")) {
            for (int i = 0; i < 600; i++) {
                cluster.text("a").put("more" + i, "x", Context.none());
            }
            cluster.network.refuse(message ->
                    message.is(PutReplicaRequest.class) && message.to().equals("c"));
            cluster.engine("a").reads = 0;

            cluster.start("c");
            cluster.link();
            cluster.time.run(SOON);

            assertThat(cluster.engine("a").reads).as("about a page of a lane").isLessThan(4 * 100);
            assertThat(owed(cluster, "a", "c")).isEqualTo(601);
            cluster.network.heal();
            cluster.time.run(LATER);
            assertThat(owed(cluster, "a", "c")).isZero();
        }
    }

    @Test
    void diskThatFails_isAskedForAPageAtATime() {
        try (TestCluster cluster = owing("cache.bytes", "0B")) {
            for (int i = 0; i < 600; i++) {
                cluster.text("a").put("more" + i, "x", Context.none());
            }
            for (var entry : cluster.engine("a").entries(Space.RECORDS)) {
                cluster.engine("a")
                        .write(
                                new WriteBatch().put(Space.RECORDS, entry.getKey(), new byte[9]),
                                Durability.SYNC,
                                failure -> {});
            }

            cluster.start("c");
            cluster.link();

            assertThat(owed(cluster, "a", "c")).as("the rest comes later").isPositive();
            cluster.time.run(LATER);
            assertThat(owed(cluster, "a", "c")).isZero();
        }
    }

    @Test
    void manyRecordsThatAreThereNoMore_doNotHoldUpTheOthers() {
        try (TestCluster cluster = owing("cache.bytes", "0B")) {
            for (int i = 0; i < 600; i++) {
                cluster.text("a").put("more" + i, "x", Context.none());
            }
            List<Map.Entry<byte[], byte[]>> all = cluster.engine("a").entries(Space.RECORDS);
            all.subList(0, all.size() - 1)
                    .forEach(entry -> cluster.engine("a")
                            .write(
                                    new WriteBatch().delete(Space.RECORDS, entry.getKey()),
                                    Durability.SYNC,
                                    failure -> {}));

            cluster.start("c");
            cluster.link();

            assertThat(owed(cluster, "a", "c")).as("at once").isZero();
            assertThat(cluster.engine("c").entries(Space.RECORDS)).hasSize(1);
        }
    }

    @Test
    void recordThatCannotBeRead_isOwedNoMore_andLeftToThoseWhoCompare() {
        try (TestCluster cluster = owing("cache.bytes", "0B")) {
            cluster.engine("a").failsReads = true;
            cluster.start("c");
            cluster.time.run(LATER);
            assertThat(owed(cluster, "a", "c")).isEqualTo(1);

            cluster.engine("a").failsReads = false;
            byte[] key = cluster.engine("a").entries(Space.RECORDS).get(0).getKey();
            cluster.engine("a").write(new WriteBatch().put(Space.RECORDS, key, new byte[9]), Durability.SYNC, e -> {});
            cluster.link();
            cluster.time.run(LATER);
            assertThat(owed(cluster, "a", "c")).isZero();
        }
    }

    @Test
    void replicaThatIsOnlySlow_isOwedNothing() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.network.slow(message -> message.touches("c"), 20_000_000);
            cluster.text("a").put("k", "one", Context.none());
            cluster.time.run(SOON);
            assertThat(owed(cluster, "a", "c")).isZero();
            assertThat(cluster.network.sent(PutReplicaRequest.class)).hasSize(2);
        }
    }

    @Test
    void writeThatFailed_isOwedToo_asItIsThere() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.network.lose(message ->
                    message.is(PutReplicaRequest.class) && message.from().equals("a"));
            assertThatThrownBy(() -> cluster.text("a").put("k", "one", Context.none()))
                    .isInstanceOf(QuorumException.class);
            assertThat(cluster.values("b", "k")).isEmpty();
            assertThat(owed(cluster, "a", "b")).isEqualTo(1);
            assertThat(owed(cluster, "a", "c")).isEqualTo(1);

            cluster.network.heal();
            cluster.time.run(LATER);
            assertThat(cluster.values("b", "k")).containsExactly("one");
            assertThat(cluster.values("c", "k")).containsExactly("one");
        }
    }

    @Test
    void whereAStandInKeepsIt_nothingIsOwed() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = cluster.keyNotOn("d", 3);
            cluster.kill("c");
            cluster.noticeSilence();
            String other = cluster.preferenceList(key).stream()
                    .filter(id -> !id.equals("c") && !id.equals("d"))
                    .findFirst()
                    .orElseThrow();
            cluster.text(other).put(key, "one", Context.none());
            cluster.time.run(SOON);
            assertThat(cluster.hints("d").waitingFor("c").count()).isEqualTo(1);
            assertThat(owed(cluster, other, "c")).isZero();
        }
    }

    @Test
    void nodeThatRestarts_forgetsWhatItOwes_andComparingMakesUpForIt() {
        try (TestCluster cluster = owing()) {
            cluster.restart("a");
            assertThat(owed(cluster, "a", "c")).isZero();
            cluster.start("c");
            cluster.link();
            cluster.time.run(SOON);
            assertThat(cluster.values("c", "k"))
                    .as("comparing is off in these tests")
                    .isEmpty();
            cluster.restart("a", "repair.every", "5s");
            cluster.restart("c", "repair.every", "5s");
            cluster.time.run(LATER);
            assertThat(cluster.values("c", "k")).containsExactly("one");
        }
    }

    @Test
    void viewAndMeters_showWhatIsOwedBesideWhatIsKept() {
        try (TestCluster cluster = owing()) {
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            new NodeMetrics(cluster.node("a")).bindTo(registry);
            MemberView c = cluster.node("a").view().members().get(2);
            assertThat(c.id()).isEqualTo("c");
            assertThat(c.owed()).isEqualTo(1);
            assertThat(c.hints()).isZero();
            assertThat(registry.get("dynamo.owed.waiting")
                            .tag("target", "c")
                            .gauge()
                            .value())
                    .isEqualTo(1);
            assertThat(registry.get("dynamo.owed.bytes").gauge().value()).isPositive();
            assertThat(registry.get("dynamo.owed.dropped").functionCounter().count())
                    .isZero();
        }
    }
}
