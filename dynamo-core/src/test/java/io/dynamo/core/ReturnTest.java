package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.CatchingUp;
import io.dynamo.api.Context;
import io.dynamo.api.Option;
import io.dynamo.api.QuorumException;
import io.dynamo.api.ReplicaAnswer;
import io.dynamo.core.TestNetwork.Sent;
import io.dynamo.core.wire.CompareTreesRequest;
import io.dynamo.core.wire.Hello;
import io.dynamo.core.wire.HelloResponse;
import io.dynamo.spi.Space;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A node that comes back without its data: let in, and not asked by readers until it has caught up (design, §5 and §8). */
class ReturnTest {

    private static final String[] FEW = {"cluster.partitions", "8"};
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** It is dead, its disk is empty, and it is started again. */
    private static void wipe(TestCluster cluster, String id) {
        cluster.kill(id);
        cluster.changeEngine(id, new TestEngine());
        cluster.start(id);
    }

    private static Optional<CatchingUp> catchingUp(TestCluster cluster, String id) {
        return cluster.node(id).view().catchingUp();
    }

    private static void letIn(TestCluster cluster, String id) {
        cluster.link();
        assertThat(cluster.node(id).health().missing()).isEmpty();
    }

    private static void catchUp(TestCluster cluster, String... ids) {
        cluster.time.runUntil(
                () -> List.of(ids).stream()
                        .allMatch(id -> catchingUp(cluster, id).isEmpty()),
                LIMIT);
        for (String id : ids) {
            assertThat(catchingUp(cluster, id)).as(id).isEmpty();
        }
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

    @Test
    void wipedNode_isLetIn_takesWrites_answersNoReaders_thenAll() {
        try (TestCluster cluster = TestCluster.of(3, FEW)) {
            cluster.text("b").put("k", "one", Context.none(), Option.w(3));
            cluster.network.lose(message -> message.is(CompareTreesRequest.class));
            wipe(cluster, "a");
            letIn(cluster, "a");

            assertThat(cluster.node("a").health().live()).isTrue();
            assertThat(cluster.node("a").health().ready())
                    .as("the others answer for it")
                    .isTrue();
            assertThat(catchingUp(cluster, "a")).hasValue(new CatchingUp(8, List.of("b", "c")));
            cluster.text("b").put("other", "two", Context.none(), Option.w(3));
            assertThat(cluster.text("a").get("k", Option.r(1)).siblings()).containsExactly("one");
            assertThatThrownBy(() -> cluster.text("b").get("k", Option.r(3)))
                    .isInstanceOfSatisfying(
                            QuorumException.class,
                            e -> assertThat(e.replicas())
                                    .filteredOn(answer -> answer.node().equals("a"))
                                    .allMatch(answer -> answer.status() == ReplicaAnswer.Status.FAILED
                                            && answer.detail().contains("BEHIND")));
            assertThatThrownBy(() -> cluster.text("a").get("k", Option.r(3))).isInstanceOf(QuorumException.class);
            assertThatThrownBy(() -> cluster.text("b").keys(Option.r(3)).toList())
                    .isInstanceOf(QuorumException.class);

            cluster.network.heal();
            catchUp(cluster, "a");
            assertThat(alone(cluster, "a", "k")).containsExactly("one");
            assertThat(cluster.node("a").figures().exchanges().lost()).isZero();
        }
    }

    @Test
    void firstStartOfACluster_isDecidedAtOnce_andNothingIsLost() {
        try (TestCluster cluster = TestCluster.of(3)) {
            assertThat(cluster.time.nowNanos()).isLessThan(TestCluster.SECOND.toNanos());
            for (String id : List.of("a", "b", "c")) {
                assertThat(catchingUp(cluster, id)).isEmpty();
                assertThat(cluster.node(id).health().ready()).isTrue();
                assertThat(cluster.node(id).figures().exchanges().lost()).isZero();
            }
        }
    }

    @Test
    void newDirectory_answersNoReaders_beforeAllMembersSaidWhatTheyKnow() {
        try (TestCluster cluster = TestCluster.unstarted(3, FEW)) {
            cluster.start("a");
            cluster.start("b");
            cluster.time.run(TestCluster.SECOND);

            assertThat(catchingUp(cluster, "a")).hasValue(new CatchingUp(8, List.of("c")));
            assertThat(cluster.node("a").health().ready()).isFalse();
            cluster.text("a").put("k", "one", Context.none(), Option.w(2));
            assertThatThrownBy(() -> cluster.text("a").get("k", Option.r(1))).isInstanceOf(QuorumException.class);

            cluster.start("c");
            cluster.link();
            assertThat(catchingUp(cluster, "a")).isEmpty();
            assertThat(cluster.text("a").get("k", Option.r(1)).siblings()).containsExactly("one");
        }
    }

    @Test
    void firstDirectory_thatNobodyJudgedInTime_answers_andFallsBehindWhenSomebodyDoes() {
        try (TestCluster cluster = TestCluster.of(3, FEW)) {
            cluster.text("b").put("k", "one", Context.none(), Option.w(3));
            cluster.network.lose(message -> message.touches("a"));
            wipe(cluster, "a");
            cluster.time.run(Duration.ofSeconds(11));
            assertThat(catchingUp(cluster, "a")).as("somebody has to begin").isEmpty();

            cluster.network.lose(message -> message.is(CompareTreesRequest.class));
            letIn(cluster, "a");
            assertThat(catchingUp(cluster, "a")).isPresent();
            cluster.network.heal();
            catchUp(cluster, "a");
            assertThat(alone(cluster, "a", "k")).containsExactly("one");
        }
    }

    @Test
    void oldDirectory_thatComesBack_stops() {
        try (TestCluster cluster = TestCluster.of(3, FEW)) {
            TestEngine old = cluster.engine("a");
            wipe(cluster, "a");
            letIn(cluster, "a");
            cluster.kill("a");
            cluster.changeEngine("a", old);

            cluster.start("a");
            cluster.time.run(TestCluster.SECOND);

            assertThat(cluster.node("a").health().live()).isFalse();
            assertThat(cluster.node("a").health().problem()).contains("another one took the place of");
        }
    }

    @Test
    void livingHolder_newcomerIsRefused_andGoesOnAsking() {
        try (TestCluster cluster = TestCluster.of(3, FEW)) {
            wipe(cluster, "a");
            cluster.time.run(TestCluster.SECOND);

            assertThat(cluster.node("a").health().live()).isTrue();
            assertThat(cluster.node("a").health().missing()).containsExactly("b", "c");
            assertThat(cluster.node("a").health().problem()).contains("whose holder was heard a moment ago");
            letIn(cluster, "a");
        }
    }

    /** Nobody was heard for long, as this node stood still: that says nothing of the holder. */
    @Test
    void memberThatStoodStill_givesNobodysPlaceAway() {
        try (TestCluster cluster = TestCluster.of(3, FEW)) {
            cluster.network.lose(message -> message.touches("b"));
            cluster.standStill("b");
            cluster.time.run(Duration.ofSeconds(4));
            cluster.kill("a");
            cluster.changeEngine("a", new TestEngine());
            cluster.network.heal();
            cluster.network.forget();
            cluster.start("a");
            cluster.time.run(Duration.ofMillis(500));

            assertThat(cluster.network.sent(HelloResponse.class))
                    .filteredOn(sent -> sent.isBetween("b", "a") && sent.from().equals("b"))
                    .isNotEmpty()
                    .allMatch(sent ->
                            ((HelloResponse) sent.message()).verdict().reason().contains("heard a moment ago"));
            cluster.goOn("b");
            cluster.time.run(Duration.ofSeconds(2));
            assertThat(cluster.node("a").health().missing()).contains("b");
            letIn(cluster, "a");
        }
    }

    @Test
    void greetingOfAnEarlierRun_thatComesLate_takesNobodysPlace() {
        try (TestCluster cluster = TestCluster.of(3, FEW)) {
            // A directory that b never knew: a came on it, and on another one before b heard of it.
            cluster.kill("a");
            cluster.changeEngine("a", new TestEngine());
            cluster.network.lose(message -> message.touches("b"));
            cluster.start("a");
            cluster.time.run(TestCluster.SECOND);
            Sent old = cluster.network.sent(Hello.class).stream()
                    .filter(sent -> sent.from().equals("a") && sent.to().equals("b"))
                    .reduce((first, second) -> second)
                    .orElseThrow();
            cluster.network.heal();
            wipe(cluster, "a");
            letIn(cluster, "a");
            cluster.network.lose(message -> message.isBetween("a", "b"));
            cluster.noticeSilence();

            cluster.network.repeat(old);
            cluster.time.run(TestCluster.SECOND);
            cluster.network.heal();
            letIn(cluster, "a");

            assertThat(cluster.node("a").health().live()).isTrue();
        }
    }

    /** What the disk says of it by then may be lost in a crash. */
    @Test
    void secondGreetingOfANewDirectory_whileTheFirstIsBeingRemembered_isNotTakenForAKnownOne() {
        try (TestCluster cluster = TestCluster.of(3, FEW)) {
            cluster.text("b").put("k", "one", Context.none(), Option.w(3));
            cluster.kill("a", "c");
            cluster.noticeSilence();
            cluster.engine("b").showsHeldWrites = true;
            cluster.engine("b").holdsWrites = true;
            cluster.changeEngine("a", new TestEngine());
            cluster.network.forget();
            cluster.start("a");
            cluster.time.run(TestCluster.SECOND.multipliedBy(3));

            assertThat(cluster.network.sent(HelloResponse.class))
                    .filteredOn(sent -> sent.from().equals("b"))
                    .isNotEmpty()
                    .noneMatch(sent -> ((HelloResponse) sent.message()).accepted());
            cluster.engine("b").releaseWrites();
            cluster.time.run(TestCluster.SECOND);
            assertThat(catchingUp(cluster, "a").map(CatchingUp::partitions)).hasValue(8);
            assertThat(cluster.node("a").health().missing()).containsExactly("c");
        }
    }

    @Test
    void wipedNode_whoseSettingsDifferToo_isToldThatItIsBehind() {
        try (TestCluster cluster = TestCluster.of(3, FEW)) {
            cluster.text("b").put("k", "one", Context.none(), Option.w(3));
            cluster.kill("a");
            cluster.noticeSilence();
            cluster.changeEngine("a", new TestEngine());
            cluster.start("a", "limits.value", "2MiB");
            cluster.time.run(Duration.ofSeconds(20));

            assertThat(cluster.node("a").health().problem()).contains("limits.value");
            assertThat(catchingUp(cluster, "a").map(CatchingUp::partitions))
                    .as("it does not deny what it lost")
                    .hasValue(8);
            assertThatThrownBy(() -> cluster.text("a").get("k", Option.r(1))).isInstanceOf(QuorumException.class);
            cluster.kill("a");
            cluster.start("a");
            letIn(cluster, "a");
            catchUp(cluster, "a");
            assertThat(alone(cluster, "a", "k")).containsExactly("one");
        }
    }

    @Test
    void directoryThatCouldNotBeRemembered_isRememberedWithTheNextGreeting() {
        try (TestCluster cluster = TestCluster.unstarted(2, FEW)) {
            cluster.start("a");
            cluster.engine("a").failsWrites = true;
            cluster.start("b");
            cluster.link();
            byte[] key = "directory/b".getBytes(StandardCharsets.UTF_8);
            assertThat(cluster.engine("a").get(Space.META, key)).isNull();

            cluster.engine("a").failsWrites = false;
            cluster.time.run(TestCluster.SECOND.multipliedBy(2));

            assertThat(cluster.engine("a").get(Space.META, key)).isNotNull();
        }
    }

    @Test
    void ownerThatReadsButTakesNoWrites_holdsNobodyUp() {
        try (TestCluster cluster = TestCluster.of(3, FEW)) {
            cluster.text("b").put("k", "one", Context.none(), Option.w(3));
            cluster.network.lose(message -> message.is(CompareTreesRequest.class));
            wipe(cluster, "a");
            letIn(cluster, "a");
            cluster.engine("b").failsWrites = true;
            cluster.text("a").put("other", "two", Context.none(), Option.w(2));
            cluster.network.heal();

            catchUp(cluster, "a");

            assertThat(alone(cluster, "a", "k")).containsExactly("one");
            assertThat(cluster.engine("b").entries(Space.RECORDS)).hasSize(1);
        }
    }

    @Test
    void memberThatWasDownMeanwhile_letsTheNewcomerIn() {
        try (TestCluster cluster = TestCluster.of(3, FEW)) {
            cluster.text("b").put("k", "one", Context.none(), Option.w(3));
            cluster.kill("c");
            wipe(cluster, "a");
            cluster.time.run(Duration.ofSeconds(10));
            assertThat(catchingUp(cluster, "a")).hasValue(new CatchingUp(8, List.of("c")));
            assertThat(cluster.node("a").health().problem()).contains("waits for [c]");
            assertThat(cluster.node("a").health().ready())
                    .as("R = 2, and only b answers")
                    .isFalse();

            cluster.start("c");
            letIn(cluster, "a");
            catchUp(cluster, "a");
            assertThat(alone(cluster, "a", "k")).containsExactly("one");
        }
    }

    @Test
    void crashWhileBehind_isBehindAfterIt_alsoBeforeAnybodySaysSo() {
        try (TestCluster cluster = TestCluster.of(3, FEW)) {
            cluster.text("b").put("k", "one", Context.none(), Option.w(3));
            cluster.network.lose(message -> message.is(CompareTreesRequest.class));
            wipe(cluster, "a");
            letIn(cluster, "a");
            cluster.kill("a");
            cluster.network.lose(message -> message.touches("a"));
            cluster.start("a");
            cluster.time.run(Duration.ofSeconds(20));

            assertThat(catchingUp(cluster, "a").map(CatchingUp::partitions)).hasValue(8);
            assertThatThrownBy(() -> cluster.text("a").get("k", Option.r(1))).isInstanceOf(QuorumException.class);
            cluster.network.heal();
            letIn(cluster, "a");
            catchUp(cluster, "a");
            assertThat(alone(cluster, "a", "k")).containsExactly("one");
        }
    }

    @Test
    void crashBeforeAnybodyJudged_isUndecidedAfterIt() {
        try (TestCluster cluster = TestCluster.of(3, FEW)) {
            cluster.network.lose(message -> message.touches("a"));
            wipe(cluster, "a");
            cluster.time.run(TestCluster.SECOND);
            cluster.kill("a");
            cluster.start("a");
            cluster.time.run(TestCluster.SECOND);

            assertThat(catchingUp(cluster, "a")).isPresent();
        }
    }

    @Test
    void caughtUpNode_isNotBehindAgain_whateverMembersStillSay() {
        try (TestCluster cluster = TestCluster.of(3, FEW)) {
            wipe(cluster, "a");
            letIn(cluster, "a");
            catchUp(cluster, "a");
            cluster.network.lose(message -> message.is(CompareTreesRequest.class));

            cluster.restart("a");

            assertThat(catchingUp(cluster, "a")).isEmpty();
        }
    }

    @Test
    void twoWiped_oneHealthy_bothCatchUp() {
        try (TestCluster cluster = TestCluster.of(3, FEW)) {
            cluster.text("b").put("k", "one", Context.none(), Option.w(3));
            cluster.kill("a", "c");
            cluster.changeEngine("a", new TestEngine());
            cluster.changeEngine("c", new TestEngine());
            cluster.start("a");
            cluster.start("c");
            letIn(cluster, "a");
            letIn(cluster, "c");

            catchUp(cluster, "a", "c");

            assertThat(alone(cluster, "a", "k")).containsExactly("one");
            assertThat(alone(cluster, "c", "k")).containsExactly("one");
            assertThat(cluster.node("a").figures().exchanges().lost()).isZero();
            assertThat(cluster.node("c").figures().exchanges().lost()).isZero();
        }
    }

    @Test
    void wipedAgainWhileBehind_startsOver() {
        try (TestCluster cluster = TestCluster.of(3, FEW)) {
            cluster.text("b").put("k", "one", Context.none(), Option.w(3));
            cluster.network.lose(message -> message.is(CompareTreesRequest.class));
            wipe(cluster, "a");
            letIn(cluster, "a");
            wipe(cluster, "a");
            letIn(cluster, "a");
            assertThat(catchingUp(cluster, "a").map(CatchingUp::partitions)).hasValue(8);
            cluster.network.heal();

            catchUp(cluster, "a");
            assertThat(alone(cluster, "a", "k")).containsExactly("one");
        }
    }

    @Test
    void allWiped_oneAfterTheOther_theyServe_andSayThatDataIsLost() {
        try (TestCluster cluster = TestCluster.of(3, FEW)) {
            cluster.text("b").put("k", "one", Context.none(), Option.w(3));
            cluster.network.lose(message -> message.is(CompareTreesRequest.class));
            for (String id : List.of("a", "b", "c")) {
                wipe(cluster, id);
                letIn(cluster, id);
            }
            cluster.text("c").put("k", "two", Context.none(), Option.w(3));
            cluster.network.heal();

            catchUp(cluster, "a", "b", "c");

            long lost = List.of("a", "b", "c").stream()
                    .mapToLong(id -> cluster.node(id).figures().exchanges().lost())
                    .sum();
            assertThat(lost).as("each partition once at least").isGreaterThanOrEqualTo(8);
            assertThat(cluster.text("a").get("k", Option.r(3)).siblings()).containsExactly("two");
        }
    }

    @Test
    void onlyOwner_wiped_servesAtOnce_andSaysThatDataIsLost() {
        try (TestCluster cluster =
                TestCluster.of(3, "cluster.partitions", "8", "quorum.n", "1", "quorum.r", "1", "quorum.w", "1")) {
            wipe(cluster, "a");
            letIn(cluster, "a");
            catchUp(cluster, "a");

            assertThat(cluster.node("a").figures().exchanges().lost()).isPositive();
        }
    }

    /** What was held for it goes to it as soon as it is linked to, without being asked for. */
    @Test
    void hintsForAWipedNode_goToItAtOnce() {
        try (TestCluster cluster = TestCluster.of(4, FEW)) {
            String key = cluster.keyNotOn("d", 3);
            cluster.kill("a");
            cluster.noticeSilence();
            cluster.text("b").put(key, "one", Context.none(), Option.w(3));
            assertThat(cluster.engine("d").entries(Space.HINTS)).hasSize(1);
            cluster.network.lose(message -> message.is(CompareTreesRequest.class));
            cluster.changeEngine("a", new TestEngine());
            cluster.start("a");
            letIn(cluster, "a");
            cluster.time.run(TestCluster.SECOND.multipliedBy(2));

            assertThat(cluster.engine("d").entries(Space.HINTS)).isEmpty();
            assertThat(cluster.engine("a").entries(Space.RECORDS)).hasSize(1);
        }
    }
}
