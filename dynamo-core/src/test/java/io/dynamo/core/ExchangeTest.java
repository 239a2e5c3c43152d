package io.dynamo.core;

import static io.dynamo.core.HintsTest.bytes;
import static io.dynamo.core.HintsTest.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.Context;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.coordinate.Meters;
import io.dynamo.core.repair.Outcome;
import io.dynamo.core.repair.Outcome.State;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.wire.CompareRecordRequest;
import io.dynamo.core.wire.CompareRecordResponse;
import io.dynamo.core.wire.CompareTreesRequest;
import io.dynamo.core.wire.CompareTreesResponse;
import io.dynamo.core.wire.LeafRequest;
import io.dynamo.core.wire.LeafResponse;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.core.wire.SubtreesRequest;
import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import io.dynamo.spi.WriteBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two owners of a partition become alike without any read, and say little where they are (Dynamo §4.7; traps T9, T10). */
class ExchangeTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    /** Everything is in one partition, and two nodes own it. */
    private static TestCluster two(String... settings) {
        List<String> all = new ArrayList<>(List.of("cluster.partitions", "2", "quorum.n", "2"));
        all.addAll(List.of(settings));
        return TestCluster.of(2, all.toArray(String[]::new));
    }

    private static int partition(String key) {
        return StoredKey.of("notes", bytes(key), 2).partition();
    }

    /** Gives a node a record that the other has not. */
    private static void give(TestCluster cluster, String id, String key, VersionSet set) {
        String other = id.equals("a") ? "b" : "a";
        cluster.tell(other, id, new PutReplicaRequest(1, "notes", bytes(key), set, false, 1_000_000));
    }

    private static Outcome compare(TestCluster cluster, String id, int partition) {
        Outcome last;
        do {
            List<Outcome> outcomes = new ArrayList<>();
            cluster.core(id).compareNow(partition, outcomes::add);
            cluster.time.runUntil(() -> !outcomes.isEmpty(), LONG);
            cluster.time.run(Duration.ofMillis(10));
            assertThat(outcomes).hasSize(1);
            last = outcomes.get(0);
            // Large trees are not built within one task.
        } while (last.state() == State.BUSY);
        return last;
    }

    private static int sent(TestCluster cluster, Class<? extends Message> type) {
        return cluster.network.sent(type).size();
    }

    @Test
    void equalReplicas_needOneQuestionAndOneAnswer() {
        try (TestCluster cluster = two()) {
            give(cluster, "a", "one", write(1, "x"));
            give(cluster, "b", "one", write(1, "x"));

            Outcome outcome = compare(cluster, "a", partition("one"));

            assertThat(outcome.state()).isEqualTo(State.EQUAL);
            assertThat(sent(cluster, CompareTreesRequest.class)).isOne();
            assertThat(sent(cluster, CompareTreesResponse.class)).isOne();
            assertThat(sent(cluster, LeafRequest.class) + sent(cluster, CompareRecordRequest.class))
                    .isZero();
        }
    }

    @Test
    void whatTheAskerLacks_comes_andOnlyThat() {
        try (TestCluster cluster = two()) {
            give(cluster, "b", "one", write(1, "x"));
            int puts = sent(cluster, PutReplicaRequest.class);

            Outcome outcome = compare(cluster, "a", partition("one"));

            assertThat(outcome.state()).isEqualTo(State.COMPLETE);
            assertThat(outcome.repaired()).isOne();
            assertThat(cluster.values("a", "one")).containsExactly("x");
            assertThat(sent(cluster, CompareRecordRequest.class)).isOne();
            assertThat(sent(cluster, PutReplicaRequest.class)).isEqualTo(puts);
            assertThat(compare(cluster, "a", partition("one")).state()).isEqualTo(State.EQUAL);
        }
    }

    @Test
    void whatTheOtherLacks_goes_andNothingComes() {
        try (TestCluster cluster = two()) {
            give(cluster, "a", "one", write(1, "x"));
            int puts = sent(cluster, PutReplicaRequest.class);

            Outcome outcome = compare(cluster, "a", partition("one"));

            assertThat(outcome.repaired()).isOne();
            assertThat(cluster.values("b", "one")).containsExactly("x");
            assertThat(sent(cluster, PutReplicaRequest.class)).isEqualTo(puts + 1);
            assertThat(cluster.network.sent(CompareRecordResponse.class))
                    .allMatch(
                            one -> ((CompareRecordResponse) one.message()).set().isEmpty());
        }
    }

    @Test
    void whereBothLackSomething_bothEndWithAll_inOnePass() {
        try (TestCluster cluster = two()) {
            give(cluster, "a", "one", write(1, "x"));
            give(cluster, "b", "one", write(2, "y"));

            assertThat(compare(cluster, "b", partition("one")).repaired()).isOne();

            assertThat(cluster.values("a", "one")).containsExactly("x", "y");
            assertThat(cluster.values("b", "one")).containsExactly("x", "y");
            assertThat(compare(cluster, "a", partition("one")).state()).isEqualTo(State.EQUAL);
        }
    }

    @Test
    void lossOfHalfTheFrames_onlyMakesItSlower() {
        try (TestCluster cluster = two()) {
            for (int i = 0; i < 20; i++) {
                give(cluster, i % 2 == 0 ? "a" : "b", "key" + i, write(i + 1, "x"));
            }
            int[] frames = {0};
            cluster.network.lose(message -> frames[0]++ % 2 == 0
                    && (message.is(LeafResponse.class)
                            || message.is(CompareRecordResponse.class)
                            || message.is(CompareTreesResponse.class)));

            Outcome first = compare(cluster, "a", 0);
            Outcome second = compare(cluster, "a", 1);

            assertThat(first.repaired() + second.repaired()).isEqualTo(20);
        }
    }

    @Test
    void silence_isGivenUp_andIsNeverComplete() {
        try (TestCluster cluster = two()) {
            give(cluster, "a", "one", write(1, "x"));
            cluster.network.lose(message -> message.is(CompareRecordResponse.class));

            Outcome outcome = compare(cluster, "a", partition("one"));

            assertThat(outcome.state()).isIn(State.GIVEN_UP, State.PARTIAL);
            cluster.network.lose(message -> message.is(CompareTreesRequest.class));
            assertThat(compare(cluster, "a", partition("one")).state()).isEqualTo(State.GIVEN_UP);
            assertThat(cluster.node("a").figures().exchanges().givenUp()).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "b"})
    void digestThatRots_isMendedByTheComparisonThatFindsIt(String rotten) {
        try (TestCluster cluster = two()) {
            give(cluster, "a", "one", write(1, "x"));
            give(cluster, "b", "one", write(1, "x"));
            byte[] entry = cluster.engine(rotten).entries(Space.TREES).get(0).getKey();
            cluster.engine(rotten)
                    .write(new WriteBatch().put(Space.TREES, entry, new byte[16]), Durability.SYNC, failure -> {});
            cluster.restart(rotten);

            assertThat(compare(cluster, "a", partition("one")).state()).isEqualTo(State.COMPLETE);
            assertThat(compare(cluster, "a", partition("one")).state()).isEqualTo(State.EQUAL);
        }
    }

    @Test
    void digestOfARecordThatIsGone_goesToo() {
        try (TestCluster cluster = two()) {
            give(cluster, "a", "one", write(1, "x"));
            byte[] key = cluster.engine("a").entries(Space.RECORDS).get(0).getKey();
            cluster.engine("a").write(new WriteBatch().delete(Space.RECORDS, key), Durability.SYNC, failure -> {});
            cluster.restart("a");

            assertThat(compare(cluster, "a", partition("one")).state()).isEqualTo(State.COMPLETE);
            assertThat(compare(cluster, "a", partition("one")).state()).isEqualTo(State.EQUAL);
        }
    }

    @Test
    void recordThatCannotBeStored_isLeftToTheNextPass() {
        try (TestCluster cluster = two()) {
            give(cluster, "a", "one", write(1, "x"));
            cluster.engine("b").failsWrites = true;

            assertThat(compare(cluster, "a", partition("one")).state()).isEqualTo(State.TAKEN);
            cluster.engine("b").failsWrites = false;
            cluster.time.run(Duration.ofSeconds(2));

            assertThat(compare(cluster, "a", partition("one")).repaired()).isOne();
        }
    }

    @Test
    void pairs_compareByThemselves_andTheFirstOfTheListAsks() {
        try (TestCluster cluster = two("repair.every", "10s")) {
            give(cluster, "b", "one", write(1, "x"));

            cluster.time.run(Duration.ofSeconds(60));

            assertThat(cluster.values("a", "one")).containsExactly("x");
            Meters.Figures a = cluster.node("a").figures();
            Meters.Figures b = cluster.node("b").figures();
            assertThat(a.exchanges().count() + b.exchanges().count())
                    .as("two partitions, each compared every 10 s, ± a tenth, after a first wait")
                    .isBetween(8L, 14L);
            assertThat(a.exchanges().repaired() + b.exchanges().repaired()).isOne();
        }
    }

    @Test
    void off_isOff() {
        try (TestCluster cluster = two()) {
            give(cluster, "b", "one", write(1, "x"));
            cluster.time.run(LONG);

            assertThat(sent(cluster, CompareTreesRequest.class)).isZero();
        }
    }

    @Test
    void standIn_comparesNothing() {
        try (TestCluster cluster = TestCluster.of(4, "repair.every", "5s")) {
            String key = cluster.keyNotOn("d", 3);
            cluster.tell("a", "d", HintsTest.hint(1, key, write(1, "one"), "c"));
            cluster.kill("c");
            cluster.time.run(LONG);

            assertThat(cluster.values("a", key)).as("d only keeps it for c").isEmpty();
        }
    }

    /** d differences among n keys: O(d log n) digests, and d records. */
    @Test
    void fewDifferencesAmongMany_needFewDigests_andAsManyRecordsAsDiffer() {
        int n = 5_000;
        for (int d : new int[] {1, 10}) {
            try (TestCluster cluster = two()) {
                for (int i = 0; i < n; i++) {
                    VersionSet set = write(i + 1, "x");
                    give(cluster, "a", "key" + i, set);
                    if (i >= d) {
                        give(cluster, "b", "key" + i, set);
                    }
                }
                int puts = sent(cluster, PutReplicaRequest.class);

                Outcome first = compare(cluster, "a", 0);
                Outcome second = compare(cluster, "a", 1);

                assertThat(first.repaired() + second.repaired()).isEqualTo(d);
                assertThat(sent(cluster, PutReplicaRequest.class) - puts).isEqualTo(d);
                // 16 at each of two levels, and a leaf of at most 64 records and a sixteenth of slack.
                assertThat(first.hashes() + second.hashes()).isLessThan(d * (16L * 2 + 64 + 4) + 40);
                assertThat(sent(cluster, SubtreesRequest.class)).isPositive();
            }
        }
    }

    @Test
    void clientsWriteOn_whileOwnersAreCompared() {
        try (TestCluster cluster = two("repair.every", "1s")) {
            for (int i = 0; i < 30; i++) {
                cluster.text("a").put("key" + i % 5, "value" + i, Context.none());
                cluster.time.run(Duration.ofMillis(300));
            }
            cluster.time.run(LONG);

            assertThat(cluster.node("a").figures().exchanges().repaired()
                            + cluster.node("b").figures().exchanges().repaired())
                    .as("a write on its way is no difference")
                    .isZero();
        }
    }
}
