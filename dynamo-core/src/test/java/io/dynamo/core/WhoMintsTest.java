package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.Context;
import io.dynamo.api.DynamoException;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.LocalCluster;
import io.dynamo.api.Option;
import io.dynamo.api.Outcome;
import io.dynamo.api.Reconciler;
import io.dynamo.api.StorageFailedException;
import io.dynamo.api.Store;
import io.dynamo.api.Written;
import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Dot;
import io.dynamo.core.wire.Hello;
import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.core.wire.PutReplicaResponse;
import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Only who stores a write first mints its dot, with an actor of its own, and never the same dot twice (design: who mints). */
class WhoMintsTest {

    @Test
    void restartedNodeThatForgotAKey_neverReusesADot() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Written first = cluster.text("a").put("k", "one", Context.none(), Option.w(3));
            Written second = cluster.text("a").put("k", "two", first.context(), Option.w(3));
            cluster.engine("a").forgetRecords();
            cluster.restart("a");

            // kv679: an old context, a counter that has to start again, and replicas that know the old one.
            cluster.text("a").put("k", "three", first.context());
            cluster.repair("k");

            for (String node : List.of("a", "b", "c")) {
                assertThat(cluster.values(node, "k")).as(node).containsExactly("three", "two");
            }
            cluster.text("b").put("k", "four", second.context());
            cluster.repair("k");
            assertThat(cluster.values("a", "k")).containsExactly("four", "three");
        }
    }

    @Test
    void replicaThatLostARecordWhileRunning_drawsANewActor() {
        try (TestCluster cluster = TestCluster.of(3, "cache.bytes", "0B")) {
            cluster.text("a").put("k", "one", Context.none(), Option.w(3));
            Actor before = onlyActor(cluster.held("a", "k").context());
            cluster.engine("a").forgetRecords();

            cluster.text("a").put("k", "two", Context.none(), Option.w(3));
            cluster.repair("k");

            assertThat(cluster.held("b", "k").context().vector())
                    .extracting(Dot::actor)
                    .contains(before)
                    .hasSize(2);
            assertThat(cluster.values("c", "k")).containsExactly("one", "two");
        }
    }

    @Test
    void incomingRecordThatShowsTheOwnActorAhead_makesItDrawANewOne() {
        try (TestCluster cluster = TestCluster.of(3, "cache.bytes", "0B")) {
            Written first = cluster.text("a").put("k", "one", Context.none(), Option.w(3));
            TestEngine old = cluster.engine("a").copy();
            cluster.text("a").put("k", "two", first.context(), Option.w(3));
            cluster.engine("a").restoreRecords(old);

            // b tells a what a has forgotten: now a knows the counter, but not what it once sent and to whom.
            cluster.text("b").put("k", "other", Context.none(), Option.w(3));
            cluster.text("a").put("k", "three", Context.none(), Option.w(3));
            cluster.repair("k");

            assertThat(cluster.held("a", "k").context().vector())
                    .as("one actor of b, two of a")
                    .hasSize(3);
            assertThat(cluster.values("b", "k")).containsExactly("other", "three", "two");
        }
    }

    @Test
    void contextThatShowsTheOwnActorAhead_makesItDrawANewOne() {
        try (TestCluster cluster = TestCluster.of(3, "cache.bytes", "0B")) {
            Written first = cluster.text("a").put("k", "one", Context.none(), Option.w(3));
            TestEngine old = cluster.engine("a").copy();
            Written second = cluster.text("a").put("k", "two", first.context(), Option.w(3));
            cluster.text("a").put("k", "three", second.context(), Option.w(3));
            cluster.engine("a").restoreRecords(old);

            // The context proves counter 2, but 3 was minted too: going on at 3 would name two writes alike.
            cluster.text("a").put("k", "four", second.context(), Option.w(3));
            cluster.repair("k");

            assertThat(cluster.values("b", "k")).containsExactly("four", "three");
        }
    }

    @Test
    void restartedNode_neverReusesAnActor() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Context context = Context.none();
            for (int run = 0; run < 5; run++) {
                context = cluster.text("a").put("k", "run" + run, context).context();
                cluster.restart("a");
            }

            assertThat(cluster.held("a", "k").context().vector())
                    .as("an actor for each run")
                    .hasSize(5)
                    .allMatch(dot -> dot.counter() == 1);
        }
    }

    /** The directory may be a restored copy, whatever its last run said when it ended. */
    @Test
    void cleanStop_provesNothing_andTheNextStartDrawsANewIncarnation() {
        try (TestCluster cluster = TestCluster.of(1)) {
            Actor before = mint(cluster, "one");
            cluster.stop("a");
            cluster.start("a");

            Actor after = mint(cluster, "two");

            assertThat(after.sameIncarnation(before)).isFalse();
            assertThat(cluster.values("a", "k")).as("the same directory").containsExactly("one", "two");
        }
    }

    /** By a blind put, whose receipt shows its dot alone. */
    private static Actor mint(TestCluster cluster, String value) {
        return onlyActor(TestCluster.seen(
                cluster.text("a").put("k", value, Context.none()).context()));
    }

    @Test
    void restartedNodeOfALocalCluster_neverReusesAnActor() {
        try (LocalCluster cluster = DynamoNode.local(1)) {
            Store<String> before = cluster.node("a").store("notes", TestCluster.TEXT, Reconciler.siblings());
            Written first = before.put("k", "one", Context.none());
            cluster.kill("a");
            Store<String> after = cluster.restart("a").store("notes", TestCluster.TEXT, Reconciler.siblings());

            Context second = after.put("k", "two", first.context()).context();

            List<Dot> dots = TestCluster.seen(second).vector();
            assertThat(dots).hasSize(2);
            assertThat(dots.get(0).actor().sameIncarnation(dots.get(1).actor())).isFalse();
        }
    }

    @Test
    void copiedDisk_neverMintsUnderTheIncarnationOnIt() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Written first = cluster.text("a").put("k", "one", Context.none(), Option.w(3));
            TestEngine copy = cluster.engine("a").copy();
            cluster.text("a").put("k", "two", first.context(), Option.w(3));
            cluster.changeEngine("a", copy);
            cluster.restart("a");

            cluster.text("a").put("k", "three", first.context(), Option.w(3));
            cluster.repair("k");

            assertThat(cluster.values("b", "k")).containsExactly("three", "two");
            assertThat(cluster.values("a", "k")).containsExactly("three", "two");
        }
    }

    @Test
    void newIncarnation_thatCannotBeStored_neverServes() {
        try (TestCluster cluster = TestCluster.unstarted(1)) {
            cluster.engine("a").failsWrites = true;

            assertThatThrownBy(() -> cluster.start("a")).hasMessageContaining("the disk is full");
            assertThat(cluster.engine("a").entries(Space.RECORDS)).isEmpty();
        }
    }

    @Test
    void newIncarnation_isSyncedBeforeItsFirstDot() {
        try (TestCluster cluster = TestCluster.unstarted(2, "stores.notes.durability", "buffered")) {
            cluster.start("b");
            // Once before, so that the disk is claimed already and the incarnation is all that is written.
            cluster.start("a");
            cluster.kill("a");
            cluster.time.run(Duration.ofSeconds(5));
            TestEngine disk = cluster.engine("a");
            disk.askedFor.clear();
            disk.holdsWrites = true;

            CompletableFuture<NodeCore> started = cluster.starting("a");
            int greetings = cluster.network.sent(Hello.class).size();
            cluster.time.run(Duration.ofSeconds(5));

            assertThat(disk.askedFor).containsExactly(Durability.SYNC);
            assertThat(started).as("it waits for the disk").isNotDone();
            assertThat(cluster.network.sent(Hello.class).stream().skip(greetings))
                    .as("nobody hears of it before")
                    .noneMatch(sent -> sent.from().equals("a"));

            disk.releaseWrites();
            cluster.link();
            assertThat(started).isCompleted();
            cluster.text("a").put("k", "one", Context.none(), Option.w(1));
            assertThat(disk.askedFor.get(disk.askedFor.size() - 1))
                    .as("a dot itself is as durable as its store")
                    .isEqualTo(Durability.BUFFERED);
        }
    }

    @Test
    void failedCommit_endsTheIncarnation_andNothingUnsavedIsAcknowledged() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Written first = cluster.text("a").put("k", "one", Context.none(), Option.w(3));
            cluster.engine("a").failsWrites = true;

            assertThatThrownBy(() -> cluster.text("a").put("k", "two", first.context(), Option.w(3)))
                    .isInstanceOfSatisfying(
                            DynamoException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
            assertThatThrownBy(() -> cluster.text("a").put("k", "three", first.context(), Option.w(1)))
                    .isInstanceOfSatisfying(
                            StorageFailedException.class,
                            e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED))
                    .hasMessageContaining("the disk is full");
            assertThat(cluster.node("a").health().live()).isFalse();
            assertThat(cluster.values("a", "k"))
                    .as("what was not saved is not shown")
                    .containsExactly("one");

            cluster.engine("a").failsWrites = false;
            cluster.time.run(Duration.ofSeconds(3));
            cluster.text("a").put("k", "four", first.context(), Option.w(3));
            cluster.repair("k");

            assertThat(cluster.node("a").health().live()).isTrue();
            assertThat(cluster.values("b", "k")).as("two was sent").containsExactly("four", "two");
            List<Dot> dots = cluster.held("b", "k").context().vector();
            assertThat(dots).hasSize(2);
            assertThat(dots.get(0).actor().sameIncarnation(dots.get(1).actor())).isFalse();
        }
    }

    @Test
    void failedCommit_thatReachedTheDisk_isTakenFromThereAndNotFromTheCache() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Written first = cluster.text("a").put("k", "one", Context.none(), Option.w(3));
            assertThat(cluster.values("a", "k")).containsExactly("one");
            cluster.network.lose(message -> message.is(PutReplicaRequest.class));
            cluster.engine("a").deniesWrites = true;
            assertThatThrownBy(() -> cluster.text("a").put("k", "two", first.context()))
                    .isInstanceOf(DynamoException.class);
            cluster.engine("a").deniesWrites = false;
            cluster.network.heal();
            cluster.time.run(Duration.ofSeconds(3));

            cluster.text("a").put("k", "three", first.context());

            assertThat(cluster.values("a", "k")).as("as after a restart").containsExactly("three", "two");
        }
    }

    @Test
    void replicaWhoseCommitFails_doesNotAcknowledge() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.engine("b").failsWrites = true;
            cluster.engine("c").failsWrites = true;

            assertThatThrownBy(() -> cluster.text("a").put("k", "one", Context.none()))
                    .isInstanceOfSatisfying(
                            DynamoException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN))
                    .hasMessageContaining("the disk is full");
            assertThat(cluster.network.sent(PutReplicaResponse.class)).isEmpty();
        }
    }

    @Test
    void writeNotYetDurable_isNeitherAcknowledgedNorRead() {
        try (TestCluster cluster = TestCluster.of(1)) {
            cluster.engine("a").holdsWrites = true;
            var written =
                    cluster.text("a").async().put("k", "one", Context.none()).toCompletableFuture();
            var read = cluster.text("a").async().get("k").toCompletableFuture();
            cluster.time.run(Duration.ofMillis(500));
            assertThat(written.isDone() || read.isDone()).isFalse();

            cluster.engine("a").releaseWrites();
            cluster.time.run(Duration.ofMillis(1));

            assertThat(written).isCompleted();
            assertThat(read.getNow(null).value()).contains("one");
        }
    }

    @Test
    void dot_isMintedByTheCoordinatorAlone() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = cluster.keyNotOn("d", 3);

            Written written = cluster.text("d").put(key, "one", Context.none(), Option.w(3));

            assertThat(written.coordinator()).isNotEqualTo("d");
            assertThat(cluster.network.sent(PutReplicaRequest.class))
                    .extracting(TestNetwork.Sent::from)
                    .containsOnly(written.coordinator());
            Map<String, CausalContext> held = Map.of(
                    "a", cluster.held("a", key).context(),
                    "b", cluster.held("b", key).context(),
                    "c", cluster.held("c", key).context());
            assertThat(held.values())
                    .as("one dot, the same everywhere")
                    .containsOnly(TestCluster.seen(written.context()));
        }
    }

    private static Actor onlyActor(CausalContext context) {
        assertThat(context.vector()).hasSize(1);
        return context.vector().get(0).actor();
    }
}
