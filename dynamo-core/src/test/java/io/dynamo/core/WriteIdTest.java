package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.Context;
import io.dynamo.api.Option;
import io.dynamo.api.Outcome;
import io.dynamo.api.QuorumException;
import io.dynamo.api.Read;
import io.dynamo.api.WriteId;
import io.dynamo.api.Written;
import io.dynamo.core.wire.CoordinatePutRequest;
import io.dynamo.core.wire.CoordinatePutResponse;
import io.dynamo.core.wire.GetReplicaRequest;
import io.dynamo.core.wire.PutReplicaRequest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A write that is sent twice is written once (traps T31). */
class WriteIdTest {

    private static final long START_MILLIS = 1_700_000_000_000L;
    private static final WriteId ID = new WriteId(START_MILLIS, 7);

    @Test
    void writeId_repeated_givesTheFirstReceiptAndMintsNothing() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Written first = cluster.text("a").put("k", "one", Context.none(), Option.writeId(ID));

            Written again = cluster.text("a").put("k", "one", Context.none(), Option.writeId(ID));

            assertThat(again.context()).isEqualTo(first.context());
            assertThat(again.id()).isEqualTo(first.id()).isEqualTo(ID);
            assertThat(again.coordinator()).isEqualTo(first.coordinator());
            assertThat(cluster.held("a", "k").context().vector()).hasSize(1).allMatch(dot -> dot.counter() == 1);
        }
    }

    @Test
    void newWrite_looksForNothing_andItsRepetitionElsewhereFindsIt() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.network.lose(message -> message.is(GetReplicaRequest.class));
            Written first = cluster.text("a").put("k", "one", Context.none(), Option.newWrite(ID));
            cluster.network.lose(message -> false);

            Written again = cluster.text("b").put("k", "one", Context.none(), Option.writeId(ID));

            assertThat(again.context()).isEqualTo(first.context());
            assertThat(cluster.text("c").get("k").siblings()).containsExactly("one");
        }
    }

    @Test
    void newWrite_namedInAnotherTime_isRefusedBeforeAnythingIsDone() {
        try (TestCluster cluster = TestCluster.of(3)) {
            for (long millis : new long[] {0, START_MILLIS - 11_000, START_MILLIS + 61_000, START_MILLIS * 1_000}) {
                Option name = Option.newWrite(new WriteId(millis, 7));
                assertThatThrownBy(() -> cluster.text("a").put("k", "one", Context.none(), name))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("retry.window = 10000 ms")
                        .hasMessageContaining("clock.skew-max = 60000 ms");
            }
            assertThat(cluster.text("a").get("k").siblings()).isEmpty();
        }
    }

    @Test
    void writeId_repeatedWhenNobodyCanBeReached_isUnknownAndNotDenied() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.network.lose(message -> message.is(PutReplicaRequest.class));
            assertUnknown(cluster);
            // Its first try is minted here; now the second cannot even begin.
            cluster.network.lose(message -> message.touches("a"));
            cluster.noticeSilence();

            assertUnknown(cluster);
            assertThat(cluster.values("a", "k")).containsExactly("one");
        }
    }

    private static void assertUnknown(TestCluster cluster) {
        assertThatThrownBy(() -> cluster.text("a").put("k", "one", Context.none(), Option.writeId(ID)))
                .isInstanceOfSatisfying(QuorumException.class, e -> {
                    assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN);
                    assertThat(e.writeId()).contains(ID);
                });
    }

    @Test
    void writeId_repeatedAfterItsVersionWasReplaced_bringsNothingBack() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = cluster.keyNotOn("d", 3);
            for (String node : List.of("a", "d")) {
                WriteId id = new WriteId(START_MILLIS, node.charAt(0));
                Read<String> before = cluster.text(node).get(key);
                Written first = cluster.text(node).put(key, "old", before.context(), Option.writeId(id));
                cluster.text(node).put(key, "new", first.context());

                Written again = cluster.text(node).put(key, "old", before.context(), Option.writeId(id));

                assertThat(TestCluster.seen(again.context())).isEqualTo(TestCluster.seen(first.context()));
                cluster.repair(key);
                assertThat(cluster.values("a", key)).as("through " + node).containsExactly("new");
            }
        }
    }

    @Test
    void writeId_repeatedAfterTheCoordinatorRestarted_givesTheFirstReceipt() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Written first = cluster.text("a").put("k", "old", Context.none(), Option.writeId(ID));
            cluster.text("a").put("k", "new", first.context());
            cluster.restart("a");

            Written again = cluster.text("a").put("k", "old", Context.none(), Option.writeId(ID));

            assertThat(TestCluster.seen(again.context())).isEqualTo(TestCluster.seen(first.context()));
            cluster.repair("k");
            assertThat(cluster.values("b", "k")).containsExactly("new");
        }
    }

    @Test
    void writeId_repeatedBeforeTheFirstIsDurable_mintsNothing() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.engine("a").holdsWrites = true;
            Written first = cluster.text("a").put("k", "old", Context.none(), Option.writeId(ID));
            cluster.text("a").put("k", "new", first.context());

            Written again = cluster.text("a").put("k", "old", Context.none(), Option.writeId(ID));

            cluster.engine("a").releaseWrites();
            assertThat(TestCluster.seen(again.context())).isEqualTo(TestCluster.seen(first.context()));
            cluster.repair("k");
            assertThat(cluster.values("b", "k")).containsExactly("new");
        }
    }

    @Test
    void writeId_repeatedAfterTheRecordWasLost_isWrittenAgain() {
        try (TestCluster cluster = TestCluster.of(1, "cache.bytes", "0B")) {
            cluster.text("a").put("k", "one", Context.none(), Option.writeId(ID));
            cluster.engine("a").forgetRecords();

            cluster.text("a").put("k", "one", Context.none(), Option.writeId(ID));

            assertThat(cluster.values("a", "k")).as("acknowledged means held").containsExactly("one");
        }
    }

    @Test
    void forwardedPut_answerLost_isRepeatedAndMintedOnce() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = cluster.keyNotOn("d", 3);
            int[] answers = {0};
            cluster.network.lose(message -> message.is(CoordinatePutResponse.class) && answers[0]++ == 0);

            Written written = cluster.text("d").put(key, "one", Context.none());

            assertThat(cluster.network.sent(CoordinatePutRequest.class))
                    .hasSize(2)
                    .allMatch(sent -> sent.to().equals(written.coordinator()));
            assertThat(cluster.text("a").get(key).siblings()).containsExactly("one");
            assertThat(cluster.held(written.coordinator(), key).context())
                    .isEqualTo(TestCluster.seen(written.context()));
        }
    }

    /** The coordinator's clock runs ahead, so that a repetition looks too old to it. */
    @Test
    void forwardedPut_answerLostAndItsRepetitionTooOld_isUnknownAndNamesTheWrite() {
        try (TestCluster cluster = TestCluster.unstarted(4, "retry.window", "10s")) {
            for (String node : List.of("a", "b", "c")) {
                cluster.setClock(node, Duration.ofSeconds(20));
                cluster.start(node);
            }
            cluster.start("d");
            cluster.link();
            String key = cluster.keyNotOn("d", 3);
            int[] answers = {0};
            cluster.network.lose(message -> message.is(CoordinatePutResponse.class) && answers[0]++ == 0);

            assertThatThrownBy(() -> cluster.text("d").put(key, "one", Context.none()))
                    .isInstanceOfSatisfying(QuorumException.class, e -> {
                        assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN);
                        assertThat(e.writeId()).isPresent();
                    });
            assertThat(cluster.text("a").get(key).siblings()).containsExactly("one");
        }
    }

    @Test
    void forwardedPut_coordinatorLost_nextOneReadsBeforeItMints() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = cluster.keyNotOn("d", 3);
            String[] firstAsked = {""};
            cluster.network.lose(message -> {
                if (firstAsked[0].isEmpty() && message.is(CoordinatePutRequest.class)) {
                    firstAsked[0] = message.to();
                }
                return message.from().equals(firstAsked[0]) && message.is(CoordinatePutResponse.class);
            });

            Written written = cluster.text("d").put(key, "one", Context.none(), Option.timeout(Duration.ofSeconds(2)));

            assertThat(written.coordinator()).isNotEqualTo(firstAsked[0]);
            cluster.network.heal();
            cluster.repair(key);
            assertThat(cluster.held("a", key).versions()).as("minted once").hasSize(1);
            assertThat(cluster.held("a", key).context().vector()).hasSize(1);
        }
    }

    @Test
    void writeId_repeatedAtAnotherCoordinator_mergedToOneVersion() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.network.lose(message -> message.touches("a"));
            cluster.text("a").put("k", "one", Context.none(), Option.writeId(ID), Option.w(1));
            cluster.text("b").put("k", "one", Context.none(), Option.writeId(ID), Option.w(1));
            cluster.network.heal();

            cluster.repair("k");
            for (String node : List.of("a", "b", "c")) {
                Read<String> read = cluster.text(node).get("k");
                assertThat(read.siblings()).as("seen from " + node).containsExactly("one");
                assertThat(read.value()).contains("one");
            }
            cluster.text("c").put("k", "two", cluster.text("c").get("k").context(), Option.w(3));
            assertThat(cluster.values("a", "k")).as("both copies are replaced").containsExactly("two");
        }
    }

    @Test
    void writeId_olderThanTheWindow_isRefused() {
        try (TestCluster cluster = TestCluster.of(4, "retry.window", "10s")) {
            String key = cluster.keyNotOn("d", 3);
            cluster.text("a").put(key, "one", Context.none(), Option.writeId(ID));
            cluster.time.run(Duration.ofSeconds(11));

            for (String node : List.of("a", "d")) {
                assertThatThrownBy(() -> cluster.text(node).put(key, "one", Context.none(), Option.writeId(ID)))
                        .as("through " + node)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("retry.window is 10000 ms");
            }
            assertThat(cluster.held("a", key).context().vector()).hasSize(1);
        }
    }

    @Test
    void writeId_withinTheWindow_isRememberedAfterOthersWereForgotten() {
        try (TestCluster cluster = TestCluster.of(1, "retry.window", "10s")) {
            cluster.time.run(Duration.ofSeconds(25));
            WriteId late = new WriteId(START_MILLIS + 25_000, 1);
            Written first = cluster.text("a").put("k", "old", Context.none(), Option.writeId(late));
            cluster.text("a").put("k", "new", first.context());
            cluster.time.run(Duration.ofSeconds(9));

            cluster.text("a").put("k", "old", Context.none(), Option.writeId(late));

            assertThat(cluster.values("a", "k")).containsExactly("new");
            cluster.time.run(Duration.ofSeconds(60));
            assertThat(cluster.engine("a").entries(io.dynamo.spi.Space.WRITE_IDS))
                    .as("bounded by time")
                    .isEmpty();
        }
    }

    @Test
    void interruptedPut_repeatedAfterItsVersionWasReplaced_mintsNothing() {
        for (int nodes : new int[] {1, 3}) {
            try (TestCluster cluster = TestCluster.of(nodes)) {
                // Of one node the write is done when the interrupt comes, of three it waits for the others.
                assertInterruptedPutIsKnown(cluster, "a", "k");
            }
        }
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = cluster.keyNotOn("d", 3);
            // All replicas are asked once, so that the same one stays the fastest.
            cluster.text("d").get(key, Option.askAll());
            cluster.time.run(TestCluster.SECOND);
            assertInterruptedPutIsKnown(cluster, "d", key);
        }
    }

    private static void assertInterruptedPutIsKnown(TestCluster cluster, String node, String key) {
        WriteId[] id = {null};
        cluster.interrupting(
                node,
                () -> assertThatThrownBy(() -> cluster.text(node).put(key, "old", Context.none()))
                        .isInstanceOfSatisfying(QuorumException.class, e -> {
                            assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN);
                            id[0] = e.writeId().orElseThrow();
                        })
                        .hasMessageContaining("interrupted"));
        Read<String> read = cluster.text(node).get(key);
        assertThat(read.value()).as("it went on").contains("old");
        cluster.text(node).put(key, "new", read.context());

        cluster.text(node).put(key, "old", Context.none(), Option.writeId(id[0]));

        assertThat(cluster.text(node).get(key, Option.askAll()).siblings()).containsExactly("new");
    }

    @Test
    void writeId_usedForAnotherKey_isRefused() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = cluster.keyNotOn("d", 3);
            String other = cluster.keyNextTo(key);
            cluster.text("a").put(key, "one", Context.none(), Option.writeId(ID));

            assertThatThrownBy(() -> cluster.text("a").put(other, "one", Context.none(), Option.writeId(ID)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(ID.toString())
                    .hasMessageContaining("notes/" + key)
                    .hasMessageContaining("notes/" + other);
            assertThat(cluster.held("a", other).isEmpty()).isTrue();
        }
    }

    @Test
    void put_acksLost_outcomeUnknown_thenRepeatSucceedsOnce() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.network.lose(message -> message.to().equals("a"));
            QuorumException[] unknown = {null};
            assertThatThrownBy(() -> cluster.text("a").put("k", "one", Context.none()))
                    .isInstanceOfSatisfying(QuorumException.class, e -> unknown[0] = e);
            cluster.network.heal();
            WriteId id = unknown[0].writeId().orElseThrow();

            Written again = cluster.text("a").put("k", "one", Context.none(), Option.writeId(id), Option.w(3));

            assertThat(again.id()).isEqualTo(id);
            for (String node : List.of("a", "b", "c")) {
                assertThat(cluster.held(node, "k").versions()).as(node).hasSize(1);
                assertThat(cluster.held(node, "k").context()).isEqualTo(TestCluster.seen(again.context()));
            }
            assertThat(cluster.network.sent(PutReplicaRequest.class))
                    .allSatisfy(sent -> assertThat(
                                    ((PutReplicaRequest) sent.message()).set().versions())
                            .extracting(version -> version.writeId())
                            .containsExactly(id));
        }
    }
}
