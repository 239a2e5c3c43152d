package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.core.TestNetwork.Sent;
import io.dynamo.core.wire.Envelope;
import io.dynamo.core.wire.Hello;
import io.dynamo.core.wire.HelloResponse;
import io.dynamo.core.wire.MemberTableMessage;
import io.dynamo.spi.Space;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Members tell each other whose directories are over: one that was not there, or has lost what it knew, refuses them as well. */
class GossipTest {

    private static final String[] FEW = {"cluster.partitions", "8"};
    private static final List<String> FOUR = List.of("a", "b", "c", "d");
    // A difference is seen, seen again with the next greeting, and gone.
    private static final Duration TWO_GREETINGS = Duration.ofMillis(2_300);

    private static void wipe(TestCluster cluster, String id) {
        cluster.kill(id);
        cluster.changeEngine(id, new TestEngine());
        cluster.start(id);
    }

    private static void comeOn(TestCluster cluster, String id, TestEngine disk) {
        cluster.changeEngine(id, disk);
        cluster.start(id);
    }

    private static List<Long> tables(TestCluster cluster, List<String> ids) {
        return ids.stream()
                .map(id -> cluster.core(id).membership().table())
                .distinct()
                .toList();
    }

    private static void assertAlike(TestCluster cluster, String... ids) {
        assertThat(tables(cluster, List.of(ids))).hasSize(1);
    }

    private static List<Sent> tablesSent(TestCluster cluster) {
        return cluster.network.sent(MemberTableMessage.class);
    }

    /** On a directory that another one took the place of. */
    private static void assertStopped(TestCluster cluster, String id) {
        assertThat(cluster.node(id).health().live()).isFalse();
        assertThat(cluster.node(id).health().problem()).contains("another one took the place of");
    }

    @Test
    void firstStart_andRestarts_needNoTables() {
        try (TestCluster cluster = TestCluster.of(4, FEW)) {
            cluster.time.run(Duration.ofSeconds(5));
            cluster.restart("b");
            cluster.time.run(Duration.ofSeconds(5));

            assertAlike(cluster, "a", "b", "c", "d");
            assertThat(tablesSent(cluster)).isEmpty();
        }
    }

    @Test
    void wipedNode_hasTheTableOfTheOthers_withinTwoGreetings_afterTwoMessagesAtMostWithEach() {
        try (TestCluster cluster = TestCluster.of(4, FEW)) {
            wipe(cluster, "c");
            cluster.link();
            cluster.network.forget();
            cluster.time.run(TWO_GREETINGS);

            assertAlike(cluster, "a", "b", "c", "d");
            assertThat(tablesSent(cluster))
                    .isNotEmpty()
                    .hasSizeLessThanOrEqualTo(6)
                    .allMatch(sent -> sent.touches("c"));
        }
    }

    /** It was down when a's disk was replaced, and is the only one that a's old disk meets. */
    @Test
    void memberThatWasDownMeanwhile_isTold_andStopsTheOldDirectory() {
        try (TestCluster cluster = TestCluster.of(4, FEW)) {
            TestEngine old = cluster.engine("a");
            cluster.kill("d");
            wipe(cluster, "a");
            cluster.link();
            cluster.kill("a");
            cluster.start("d");
            cluster.time.run(Duration.ofSeconds(3));
            assertAlike(cluster, "b", "c", "d");

            cluster.kill("b", "c");
            comeOn(cluster, "a", old);
            cluster.time.run(TestCluster.SECOND);

            assertStopped(cluster, "a");
        }
    }

    @Test
    void memberThatLostItsOwnData_isTold_andStopsTheOldDirectory_alsoAfterARestart() {
        try (TestCluster cluster = TestCluster.of(4, FEW)) {
            TestEngine old = cluster.engine("a");
            wipe(cluster, "a");
            cluster.link();
            wipe(cluster, "d");
            cluster.link();
            cluster.time.run(TWO_GREETINGS);
            cluster.kill("a", "b", "c");
            cluster.kill("d");
            cluster.start("d");
            comeOn(cluster, "a", old);
            cluster.time.run(TestCluster.SECOND);

            assertStopped(cluster, "a");
        }
    }

    /** The one that knows nothing meets a newcomer before it meets anybody who knows more: the newcomer is not its first one. */
    @Test
    void newcomer_isNotTakenForTheFirst_byOneThatOnlyHasItFromOthers() {
        try (TestCluster cluster = TestCluster.of(4, FEW)) {
            cluster.kill("a");
            cluster.noticeSilence();
            wipe(cluster, "d");
            cluster.time.run(Duration.ofSeconds(8));
            cluster.kill("b", "c");
            cluster.network.forget();
            comeOn(cluster, "a", new TestEngine());
            cluster.time.run(Duration.ofSeconds(2));

            assertThat(cluster.network.sent(HelloResponse.class))
                    .filteredOn(sent -> sent.from().equals("d") && sent.to().equals("a"))
                    .isNotEmpty()
                    .last()
                    .matches(sent -> ((HelloResponse) sent.message()).verdict().behind());
        }
    }

    @Test
    void memberThatWasDown_letsTheNewcomerIn_asSoonAsItIsTold() {
        try (TestCluster cluster = TestCluster.of(4, FEW)) {
            cluster.kill("d");
            wipe(cluster, "a");
            cluster.link();
            cluster.start("d");
            cluster.time.run(Duration.ofMillis(500));
            assertThat(cluster.node("a").health().missing()).containsExactly("d");
            cluster.time.run(TWO_GREETINGS);

            assertThat(cluster.node("a").health().missing())
                    .as("before d had listened for 3.2 s")
                    .isEmpty();
            assertAlike(cluster, "a", "b", "c", "d");
        }
    }

    @Test
    void wipedTwiceInQuickSuccession_bothAreRetiredEverywhere() {
        try (TestCluster cluster = TestCluster.of(4, FEW)) {
            TestEngine first = cluster.engine("a");
            cluster.network.lose(message -> message.isBetween("a", "c") || message.isBetween("a", "d"));
            wipe(cluster, "a");
            cluster.time.run(Duration.ofSeconds(4));
            TestEngine second = cluster.engine("a");
            cluster.network.heal();
            wipe(cluster, "a");
            cluster.link();
            cluster.time.run(TWO_GREETINGS);
            assertAlike(cluster, "a", "b", "c", "d");

            for (TestEngine old : List.of(first, second)) {
                cluster.kill("a");
                comeOn(cluster, "a", old);
                cluster.time.run(TestCluster.SECOND);
                assertStopped(cluster, "a");
            }
        }
    }

    /** An id has had two holders, each linked to nodes that have never met the other: nobody knows which is right. */
    @Test
    void twoHolders_whoMetOneKeepsIt_whoMetTheOtherWaitsUntilThatIsSilent() {
        try (TestCluster cluster = TestCluster.of(4, FEW)) {
            TestEngine first = cluster.engine("a");
            // d has lost what it knew, and meets nobody but another a.
            cluster.network.lose(message -> message.touches("d"));
            wipe(cluster, "d");
            cluster.time.run(TestCluster.SECOND);
            cluster.kill("a");
            cluster.network.lose(message -> message.isBetween("d", "b") || message.isBetween("d", "c"));
            TestEngine second = new TestEngine();
            comeOn(cluster, "a", second);
            cluster.time.run(TestCluster.SECOND);
            assertThat(cluster.node("d").health().missing()).doesNotContain("a");
            cluster.kill("a");
            cluster.network.heal();
            comeOn(cluster, "a", first);
            cluster.time.run(Duration.ofSeconds(2));

            assertThat(cluster.node("a").health().live()).isTrue();
            assertThat(cluster.node("b").health().missing()).doesNotContain("a");
            assertThat(cluster.node("c").health().missing()).doesNotContain("a");
            cluster.time.run(Duration.ofSeconds(4));
            assertThat(cluster.node("d").health().missing()).isEmpty();
            cluster.time.run(TWO_GREETINGS);
            assertAlike(cluster, "a", "b", "c", "d");
            cluster.kill("a");
            comeOn(cluster, "a", second);
            cluster.time.run(TestCluster.SECOND);
            assertStopped(cluster, "a");
        }
    }

    /** Each has lost its data, and has heard of the other's old directory before it meets the new one. */
    @Test
    void twoWiped_eachToldOfTheOther_replaceEachOther_withoutAStormOfGreetings() {
        try (TestCluster cluster = TestCluster.of(4, FEW)) {
            byte[] before = stored(cluster.engine("b"));
            cluster.kill("a", "c");
            cluster.noticeSilence();
            cluster.network.lose(message -> message.isBetween("a", "c") || message.is(MemberTableMessage.class));
            comeOn(cluster, "a", new TestEngine());
            comeOn(cluster, "c", new TestEngine());
            cluster.time.run(TestCluster.SECOND);
            tell(cluster, "b", "a", before);
            tell(cluster, "b", "c", before);
            cluster.time.run(Duration.ofSeconds(4));
            cluster.network.lose(message -> message.is(MemberTableMessage.class));
            cluster.network.forget();
            cluster.time.run(TestCluster.SECOND);

            assertThat(cluster.node("a").health().missing()).isEmpty();
            assertThat(cluster.node("c").health().missing()).isEmpty();
            assertThat(cluster.network.sent(Hello.class)).hasSizeLessThan(40);
            cluster.network.heal();
            cluster.time.run(TWO_GREETINGS);
            assertAlike(cluster, "a", "b", "c", "d");
        }
    }

    @Test
    void linkToADirectory_thatOthersHaveRetired_ends() {
        try (TestCluster cluster = TestCluster.of(4, FEW)) {
            // Only d hears the living a; the others give its place away.
            TestEngine old = cluster.engine("a");
            cluster.network.lose(message -> message.touches("a"));
            cluster.noticeSilence();
            cluster.network.lose(message -> message.touches("d"));
            wipe(cluster, "a");
            cluster.time.run(Duration.ofSeconds(4));
            cluster.kill("a");
            cluster.network.lose(
                    message -> message.touches("a") && !message.touches("d") || message.is(MemberTableMessage.class));
            comeOn(cluster, "a", old);
            cluster.time.run(Duration.ofSeconds(2));
            assertThat(cluster.node("d").health().missing()).isEmpty();
            cluster.network.lose(message -> message.touches("a") && !message.touches("d"));
            cluster.time.run(TWO_GREETINGS.plusSeconds(1));

            assertThat(cluster.node("d").health().missing()).containsExactly("a");
            assertStopped(cluster, "a");
        }
    }

    @Test
    void tableThatIsLost_isSentAgain() {
        try (TestCluster cluster = TestCluster.of(4, FEW)) {
            cluster.network.lose(message -> message.is(MemberTableMessage.class));
            wipe(cluster, "a");
            cluster.link();
            cluster.time.run(Duration.ofSeconds(5));
            assertThat(tables(cluster, FOUR)).hasSize(2);
            cluster.network.heal();
            cluster.time.run(TWO_GREETINGS);

            assertAlike(cluster, "a", "b", "c", "d");
        }
    }

    @Test
    void damagedTables_andTablesOfStrangers_areRefused() {
        try (TestCluster cluster = TestCluster.of(4, FEW)) {
            long before = cluster.core("b").membership().table();
            byte[] table = stored(cluster.engine("c"));
            byte[] damaged = table.clone();
            damaged[table.length - 1] ^= 1;
            tell(cluster, damaged);
            try (TestCluster five = TestCluster.of(5, FEW)) {
                tell(cluster, stored(five.engine("c")));
            }

            assertThat(cluster.core("b").membership().table()).isEqualTo(before);
            assertThat(cluster.node("b").health().live()).isTrue();
            try (TestCluster other = TestCluster.of(4, FEW)) {
                wipe(other, "a");
                other.link();
                tell(cluster, stored(other.engine("c")));
            }
            assertThat(cluster.core("b").membership().table())
                    .as("it would be taken if nothing were wrong with it")
                    .isNotEqualTo(before);
        }
    }

    @Test
    void tableOfOneThatIsConfiguredInAnotherWay_isNotAskedFor_norGiven() {
        try (TestCluster cluster = TestCluster.of(3, FEW)) {
            cluster.kill("c");
            wipe(cluster, "a");
            cluster.link();
            cluster.time.run(TWO_GREETINGS);
            cluster.network.forget();
            cluster.start("c", "limits.value", "2MiB");
            cluster.time.run(Duration.ofSeconds(5));

            assertThat(cluster.network.sent(Hello.class)).isNotEmpty();
            assertThat(tablesSent(cluster)).isEmpty();
        }
    }

    /** It is true whether it is on the disk or not; what is not there is told again. */
    @Test
    void toldWhileTheDiskIsFull_isUsed_andKeptWhenTheDiskIsWell() {
        try (TestCluster cluster = TestCluster.of(4, FEW)) {
            TestEngine old = cluster.engine("a");
            cluster.kill("d");
            wipe(cluster, "a");
            cluster.link();
            cluster.kill("a");
            cluster.start("d");
            cluster.engine("d").failsWrites = true;
            cluster.time.run(Duration.ofSeconds(3));
            assertAlike(cluster, "b", "c", "d");
            cluster.engine("d").failsWrites = false;
            cluster.time.run(TestCluster.SECOND);
            cluster.kill("b", "c", "d");
            cluster.start("d");
            comeOn(cluster, "a", old);
            cluster.time.run(TestCluster.SECOND);

            assertStopped(cluster, "a");
        }
    }

    /** A retirement is on its way to the disk while another table comes: it is not taken back by that. */
    @Test
    void toldWhileADirectoryIsBeingRemembered_losesNeither() {
        try (TestCluster cluster = TestCluster.of(4, FEW)) {
            TestEngine oldA = cluster.engine("a");
            TestEngine oldC = cluster.engine("c");
            cluster.kill("d");
            wipe(cluster, "c");
            cluster.link();
            cluster.kill("a");
            cluster.noticeSilence();
            cluster.network.lose(message -> message.is(MemberTableMessage.class));
            cluster.kill("b");
            cluster.start("d");
            cluster.time.run(Duration.ofSeconds(4));
            cluster.engine("d").holdsWrites = true;
            comeOn(cluster, "a", new TestEngine());
            cluster.network.heal();
            cluster.time.run(Duration.ofSeconds(4));
            cluster.engine("d").releaseWrites();
            cluster.time.run(Duration.ofSeconds(4));
            cluster.kill("a", "c", "d");
            cluster.start("d");
            comeOn(cluster, "a", oldA);
            comeOn(cluster, "c", oldC);
            cluster.time.run(TestCluster.SECOND);

            assertStopped(cluster, "a");
            assertStopped(cluster, "c");
        }
    }

    @Test
    void whatIsKnownOfAMember_thatIsTakenOutForAWhile_isKnownWhenItIsBack() {
        try (TestCluster cluster = TestCluster.of(4, FEW)) {
            TestEngine old = cluster.engine("d");
            wipe(cluster, "d");
            cluster.link();
            cluster.time.run(TWO_GREETINGS);
            cluster.kill("a", "b", "c", "d");
            try (TestCluster three = TestCluster.unstarted(3, FEW)) {
                for (String id : List.of("a", "b", "c")) {
                    three.changeEngine(id, cluster.engine(id));
                    three.start(id);
                }
                three.link();
                wipe(three, "c");
                three.link();
                three.time.run(TWO_GREETINGS);
                assertAlike(three, "a", "b", "c");
                three.kill("a", "b", "c");
            }
            cluster.start("b");
            comeOn(cluster, "d", old);
            cluster.time.run(TestCluster.SECOND);

            assertStopped(cluster, "d");
        }
    }

    private static byte[] stored(TestEngine engine) {
        return engine.entries(Space.META).stream()
                .filter(entry -> Arrays.equals(entry.getKey(), "members".getBytes(StandardCharsets.UTF_8)))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
    }

    private static void tell(TestCluster cluster, byte[] table) {
        tell(cluster, "c", "b", table);
    }

    private static void tell(TestCluster cluster, String from, String to, byte[] table) {
        cluster.network.repeat(new Sent(from, to, new Envelope(from, 0, 0, new MemberTableMessage(table, true))));
        cluster.time.run(Duration.ofMillis(10));
    }
}
