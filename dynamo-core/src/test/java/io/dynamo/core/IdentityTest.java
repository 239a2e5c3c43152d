package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.Context;
import io.dynamo.api.DynamoConfig;
import io.dynamo.api.DynamoException;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.LocalCluster;
import io.dynamo.api.Option;
import io.dynamo.api.Outcome;
import io.dynamo.api.Reconciler;
import io.dynamo.api.Store;
import io.dynamo.core.TestNetwork.Sent;
import io.dynamo.core.wire.Hello;
import io.dynamo.core.wire.HelloResponse;
import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose data a directory holds, and who belongs to the cluster (traps T3, T5). */
class IdentityTest {

    private static void assertRefused(TestCluster cluster, String name, String before, String now) {
        assertThatThrownBy(() -> cluster.start("a", name, now))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(name + " = " + now)
                .hasMessageContaining("has " + before);
    }

    @Test
    void clusterNameOrPartitionsChangedOverAnExistingDirectory_isRefusedBothValuesNamed() {
        try (TestCluster cluster = TestCluster.of(1, "cluster.name", "shop", "cluster.partitions", "64")) {
            cluster.text("a").put("k", "one", Context.none());
            cluster.kill("a");

            assertRefused(cluster, "cluster.name", "shop", "market");
            assertRefused(cluster, "cluster.partitions", "64", "32");
            cluster.start("a");
            assertThat(cluster.text("a").get("k").value()).contains("one");
        }
    }

    @Test
    void hashChangedOverAnExistingDirectory_isRefusedBothValuesNamed() {
        try (TestCluster cluster = TestCluster.of(1)) {
            cluster.text("a").put("k", "one", Context.none());
            cluster.kill("a");
            // There is one hash today: a directory of another one is made by hand.
            byte[] key = "identity".getBytes(StandardCharsets.UTF_8);
            String identity = new String(cluster.engine("a").get(Space.META, key), StandardCharsets.UTF_8);
            assertThat(identity).contains("ring.hash=md5\n");
            byte[] other = identity.replace("ring.hash=md5", "ring.hash=sha1").getBytes(StandardCharsets.UTF_8);
            cluster.engine("a").write(new WriteBatch().put(Space.META, key, other), Durability.SYNC, e -> {});

            assertThatThrownBy(() -> cluster.start("a"))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("ring.hash = md5 is configured, the data directory has sha1");
        }
    }

    @Test
    void nodeIdChangedOverAnExistingDirectory_isRefusedBothValuesNamed() {
        try (TestCluster cluster = TestCluster.of(2)) {
            cluster.kill("a", "b");
            cluster.changeEngine("a", cluster.engine("b"));

            assertThatThrownBy(() -> cluster.start("a"))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("node.id = a is configured, the data directory has b");
        }
    }

    @Test
    void fatalAnswer_toAnEarlierRun_isIgnored() {
        try (TestCluster cluster = TestCluster.of(3)) {
            TestEngine old = cluster.engine("a");
            cluster.kill("a");
            TestEngine present = new TestEngine();
            cluster.changeEngine("a", present);
            cluster.start("a");
            cluster.link();
            cluster.kill("a");
            cluster.changeEngine("a", old);
            cluster.start("a");
            cluster.time.run(Duration.ofSeconds(2));
            Sent fatal = lastAnswer(cluster, "a", HelloResponse::fatal);
            cluster.kill("a");
            cluster.changeEngine("a", present);
            cluster.start("a");
            cluster.link();

            cluster.network.repeat(fatal);
            cluster.time.run(Duration.ofMillis(1));

            assertThat(cluster.node("a").health().live()).isTrue();
            assertThat(cluster.node("a").health().missing()).isEmpty();
        }
    }

    @Test
    void answer_toAnEarlierRun_isIgnoredWhateverItSays() {
        try (TestCluster cluster = TestCluster.of(2)) {
            cluster.time.run(Duration.ofSeconds(2));
            Sent accepted = lastAnswer(cluster, "a", HelloResponse::accepted);
            cluster.kill("a");
            cluster.network.lose(message -> message.touches("b"));
            cluster.start("a");

            cluster.network.repeat(accepted);
            cluster.time.run(Duration.ofSeconds(1));

            assertThat(cluster.node("a").health().missing()).containsExactly("b");
        }
    }

    @Test
    void refusal_toAnEarlierRun_leavesTheLink() {
        try (TestCluster cluster = TestCluster.of(2)) {
            cluster.kill("a");
            cluster.start("a", "limits.value", "2MiB");
            cluster.time.run(Duration.ofSeconds(2));
            Sent refusal = lastAnswer(cluster, "a", answer -> !answer.accepted());
            cluster.restart("a");

            cluster.network.repeat(refusal);
            cluster.time.run(Duration.ofMillis(1));

            assertThat(cluster.node("a").health().missing()).isEmpty();
        }
    }

    @Test
    void greetingOfAnEarlierRun_thatComesLate_leavesTheLinkToThePresentOne() {
        try (TestCluster cluster = TestCluster.of(2)) {
            Sent old = cluster.network.sent(Hello.class).stream()
                    .filter(sent -> sent.to().equals("a"))
                    .reduce((first, second) -> second)
                    .orElseThrow();
            cluster.restart("b");
            assertThat(cluster.node("a").health().missing()).isEmpty();

            cluster.network.repeat(old);
            cluster.time.run(Duration.ofMillis(1));

            cluster.text("a").put("k", "v", Context.none(), Option.w(2));
            assertThat(cluster.text("b").get("k", Option.r(2)).siblings()).containsExactly("v");
        }
    }

    @Test
    void answerToAnOlderGreeting_thatComesLate_leavesTheLinkToThePresentRun() {
        try (TestCluster cluster = TestCluster.of(2)) {
            Sent old = lastAnswer(cluster, "a", HelloResponse::accepted);
            cluster.restart("b");

            cluster.network.repeat(old);
            cluster.time.run(Duration.ofMillis(1));

            cluster.text("a").put("k", "v", Context.none(), Option.w(2));
            assertThat(cluster.text("b").get("k", Option.r(2)).siblings()).containsExactly("v");
        }
    }

    private static Sent lastAnswer(TestCluster cluster, String to, Predicate<HelloResponse> which) {
        List<Sent> answers = cluster.network.sent(HelloResponse.class).stream()
                .filter(sent -> sent.to().equals(to) && which.test((HelloResponse) sent.message()))
                .toList();
        assertThat(answers).isNotEmpty();
        return answers.get(answers.size() - 1);
    }

    @Test
    void secondNodeOfALivingId_isRefused() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.text("a").put("k", "one", Context.none(), Option.w(3));
            // Taking over the address of a living node with a directory of its own.
            cluster.changeEngine("b", new TestEngine());
            cluster.start("b");
            cluster.time.run(Duration.ofSeconds(5));

            assertThat(cluster.node("b").health().live())
                    .as("the other may end")
                    .isTrue();
            assertThat(cluster.node("b").health().missing()).containsExactly("a", "c");
            assertThat(cluster.node("b").health().problem()).contains("whose holder was heard a moment ago");
            assertThat(cluster.node("a").health().problem()).contains("b: ");
        }
    }

    @Test
    void storageThatCannotBeRead_endsTheLinksAndNotTheNode() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.engine("b").failsReads = true;
            cluster.time.run(Duration.ofSeconds(5));

            assertThat(cluster.node("a").health().problem()).contains("b: ", "a bad block");
            cluster.engine("b").failsReads = false;
            cluster.link();
            assertThat(cluster.node("b").health().ready()).isTrue();
        }
    }

    @Test
    void differentConfiguration_isRefusedByName() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.kill("c");
            cluster.start("c", "limits.value", "2MiB", "stores.notes.mode", "lww");
            cluster.time.run(Duration.ofSeconds(5));

            assertThat(cluster.node("c").health().ready()).isFalse();
            for (String node : new String[] {"a", "c"}) {
                assertThat(cluster.node(node).health().problem())
                        .contains("limits.value = ", "1048576", "2097152", "stores.notes.mode = ", "LWW", "(not set)");
            }
            assertThat(cluster.node("a").health().ready()).as("a and b go on").isTrue();
            cluster.text("a").put("k", "one", Context.none());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "stores.notes.n, 1",
        "stores.notes.mode, lww",
        "stores.notes.durability, buffered",
        "stores.notes.blind-put, refuse",
        "quorum.n, 1",
        "cluster.partitions, 64",
        "limits.key, 2KiB",
        "limits.value, 2MiB",
        "limits.record, 8MiB",
        "limits.siblings-max, 200",
    })
    void settingThatReplicasMustAgreeOn_isComparedAndADifferenceRefusedByName(String name, String value) {
        try (TestCluster cluster = TestCluster.unstarted(2)) {
            cluster.start("a");
            cluster.start("b", name, value);
            cluster.time.run(Duration.ofSeconds(5));

            for (String node : new String[] {"a", "b"}) {
                assertThat(cluster.node(node).health().problem()).as(node).contains(name + " = ");
                assertThat(cluster.node(node).health().missing()).as(node).hasSize(1);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"stores.notes.r, 1", "stores.notes.w, 1", "request.timeout, 2s", "limits.in-flight, 50"})
    void settingOfOneNodeOnly_isNotCompared(String name, String value) {
        try (TestCluster cluster = TestCluster.unstarted(2, "stores.notes.n", "2")) {
            cluster.start("a");
            cluster.start("b", name, value);
            cluster.link();
            assertThat(cluster.node("a").health().problem()).isEmpty();
        }
    }

    @Test
    void nodeOfAnotherCluster_isRefusedByName() {
        try (TestCluster cluster = TestCluster.unstarted(2)) {
            cluster.start("a", "cluster.name", "shop");
            cluster.start("b", "cluster.name", "market");
            cluster.time.run(Duration.ofSeconds(5));

            assertThat(cluster.node("a").health().problem())
                    .containsPattern("cluster.name = (shop here, market there|market here, shop there)");
            assertThatThrownBy(() -> cluster.text("a").put("k", "one", Context.none(), Option.w(2)))
                    .isInstanceOfSatisfying(
                            DynamoException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
        }
    }

    @Test
    void twoClustersInOneJvm_doNotMeet() {
        try (LocalCluster one = DynamoNode.local(2);
                LocalCluster two = DynamoNode.local(2, DynamoConfig.empty().with("cluster.partitions", 64))) {
            Store<String> inOne = one.node("a").store("notes", TestCluster.TEXT, Reconciler.siblings());
            Store<String> inTwo = two.node("b").store("notes", TestCluster.TEXT, Reconciler.siblings());

            inOne.put("k", "one", Context.none(), Option.w(2));

            assertThat(inTwo.get("k", Option.r(2)).value()).isEmpty();
            assertThat(one.node("b").health().missing()).isEmpty();
            assertThat(two.node("a").health().missing()).isEmpty();
            two.kill("a");
            assertThat(inOne.get("k", Option.r(2)).value()).contains("one");
        }
    }
}
