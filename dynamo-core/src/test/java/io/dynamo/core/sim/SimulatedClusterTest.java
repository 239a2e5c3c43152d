package io.dynamo.core.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.AsyncStore;
import io.dynamo.api.Codec;
import io.dynamo.api.Context;
import io.dynamo.api.DynamoException;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.Option;
import io.dynamo.api.Outcome;
import io.dynamo.api.QuorumException;
import io.dynamo.api.Read;
import io.dynamo.api.Reconciler;
import io.dynamo.core.EmbeddedNode;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a caller can do to a simulated cluster, and what it does by itself. */
class SimulatedClusterTest {

    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Codec<String> CODEC = Codec.utf8();
    private static final Reconciler<String> SIBLINGS = Reconciler.siblings();

    private final SimulatedCluster cluster = new SimulatedCluster(1, SimulationProfile.calm());

    SimulatedClusterTest() {
        assertThat(cluster.settle()).isTrue();
    }

    @Test
    void pausedNode_doesNotBlameOthersForWhatItDidNotHear() {
        cluster.cut("a", "b");
        var unused = store("a").get("k", Option.askAll());
        cluster.run(Duration.ofMillis(700));
        cluster.mend("a", "b");
        cluster.pause("a", Duration.ofMillis(1_500));
        cluster.run(SOON);
        EmbeddedNode node = (EmbeddedNode) Objects.requireNonNull(cluster.node("a"));
        assertThat(node.holds()).isZero();
    }

    @Test
    void put_onOneNode_isReadOnAnother() {
        cluster.await(store("a").put("k", "v", Context.none()), SOON);
        assertThat(cluster.await(store("b").get("k"), SOON).siblings()).containsExactly("v");
    }

    @Test
    void bothSidesOfACut_write_andBothWritesSurvive() {
        cluster.await(store("a").put("k", "before", Context.none()), SOON);
        Read<String> seen = cluster.await(store("c").get("k"), SOON);
        cluster.isolate("c");
        cluster.await(store("a").put("k", "left", seen.context()), SOON);
        assertThatThrownBy(() -> cluster.await(store("c").put("k", "right", seen.context()), SOON))
                .isInstanceOfSatisfying(
                        QuorumException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
        cluster.mendLinks();
        cluster.run(SOON);
        cluster.await(store("b").get("k", Option.askAll()), SOON);
        // Read repair is on its way when the read is answered.
        cluster.run(Duration.ofSeconds(1));
        assertThat(cluster.await(store("b").get("k"), SOON).siblings()).containsExactlyInAnyOrder("left", "right");
    }

    @Test
    void crashedNode_findsWhatWasAcknowledged_whenItIsStartedAgain() {
        cluster.await(store("a").put("k", "v", Context.none()), SOON);
        cluster.ids().forEach(cluster::crash);
        assertThat(cluster.node("a")).isNull();
        cluster.ids().forEach(cluster::restart);
        assertThat(cluster.settle()).isTrue();
        assertThat(cluster.await(store("b").get("k"), SOON).siblings()).containsExactly("v");
    }

    @Test
    void wipedNode_hasAgainWhatTheOthersHave() {
        cluster.await(store("a").put("k", "v", Context.none(), Option.w(3)), SOON);
        cluster.wipe("b");
        cluster.restart("b");
        assertThat(cluster.settle()).isTrue();
        assertThat(cluster.runUntil(() -> cluster.node("b").view().catchingUp().isEmpty(), Duration.ofSeconds(30)))
                .isTrue();
        cluster.isolate("b");
        assertThat(cluster.await(store("b").get("k", Option.r(1)), SOON).siblings())
                .containsExactly("v");
    }

    @Test
    void pausedNode_answersNothing_untilItGoesOn() {
        cluster.pause("b", Duration.ofSeconds(20));
        cluster.pause("c", Duration.ofSeconds(20));
        assertThatThrownBy(() -> cluster.await(store("a").get("k"), SOON)).isInstanceOf(QuorumException.class);
        cluster.run(Duration.ofSeconds(25));
        assertThat(cluster.await(store("a").get("k"), SOON).siblings()).isEmpty();
    }

    @Test
    void wallClockThatJumps_changesNoTimeout() {
        cluster.jumpClock("a", Duration.ofHours(1));
        cluster.jumpClock("b", Duration.ofHours(-1));
        cluster.await(store("a").put("k", "v", Context.none()), SOON);
        assertThat(cluster.await(store("b").get("k"), SOON).siblings()).containsExactly("v");
    }

    @Test
    void nodeWhoseDiskLostSyncedChanges_answersNoReaders_untilItHasCaughtUp() {
        Machine machine = cluster.machine("b");
        machine.disk.remember();
        cluster.await(store("a").put("k", "v", Context.none(), Option.w(3)), SOON);
        cluster.isolate("b");
        cluster.goBack("b");
        cluster.restart("b");
        cluster.run(SOON);
        assertThat(Objects.requireNonNull(cluster.node("b")).view().catchingUp())
                .as("refuses to serve from an older state")
                .isPresent();
        cluster.heal();
        assertThat(cluster.settle()).isTrue();
        cluster.run(SOON);
        assertThat(cluster.await(store("b").get("k", Option.r(1)), SOON).siblings())
                .containsExactly("v");
    }

    @Test
    void blockingCall_isRefused_andSaysWhatToDo() {
        DynamoNode node = Objects.requireNonNull(cluster.node("a"));
        assertThatThrownBy(() -> node.store("things", CODEC, SIBLINGS).get("k"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Store.async()");
    }

    @Test
    void await_thatTakesTooLong_saysSo() {
        assertThatThrownBy(() -> cluster.await(new CompletableFuture<>(), SOON))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("PT5S of virtual time");
    }

    @Test
    void stoppedNode_answersWhatIsUnderWay_andFindsItsCarts() {
        CompletableFuture<?> write = store("a").put("k", "v", Context.none()).toCompletableFuture();
        cluster.stop("a");
        cluster.await(write, SOON);
        assertThat(cluster.runUntil(() -> cluster.node("a") == null, SOON)).isTrue();
        cluster.restart("a");
        assertThat(cluster.settle()).isTrue();
        assertThat(cluster.await(store("a").get("k", Option.r(1)), SOON).siblings())
                .containsExactly("v");
    }

    @Test
    void cutLink_isMendedAlone() {
        cluster.isolate("b");
        cluster.cut("a", "c");
        cluster.mend("a", "b");
        cluster.mend("b", "a");
        cluster.run(SOON);
        assertThat(cluster.await(store("a").get("k"), SOON).siblings()).isEmpty();
    }

    @Test
    void cloggedLink_deliversLater() {
        cluster.clog("a", "b", Duration.ofSeconds(3));
        cluster.clog("a", "c", Duration.ofSeconds(3));
        assertThatThrownBy(() -> cluster.await(store("a").put("k", "v", Context.none()), SOON))
                .isInstanceOf(QuorumException.class);
        cluster.run(Duration.ofSeconds(3));
        assertThat(cluster.await(store("b").get("k"), SOON).siblings()).containsExactly("v");
    }

    @Test
    void fullDisk_takesNoWrites_untilThereIsRoom() {
        cluster.fillDisk("a", true);
        assertThatThrownBy(() -> cluster.await(store("a").put("k", "v", Context.none(), Option.w(3)), SOON))
                .isInstanceOf(DynamoException.class);
        cluster.fillDisk("a", false);
        cluster.run(SOON);
        cluster.await(store("a").put("other", "v", Context.none(), Option.w(3)), SOON);
    }

    @Test
    void slowNodeAndDisk_takeLonger() {
        cluster.slow("b", 30);
        cluster.slowDisk("b", 30);
        Duration before = cluster.now();
        cluster.await(store("a").put("k", "v", Context.none(), Option.w(3)), SOON);
        assertThat(cluster.now().minus(before)).isGreaterThan(Duration.ofMillis(5));
    }

    @Test
    void after_letsAServiceTakeItsTurn() {
        boolean[] isCalled = {false};
        cluster.after(Duration.ofSeconds(2), () -> isCalled[0] = true);
        cluster.run(Duration.ofSeconds(1));
        assertThat(isCalled[0]).isFalse();
        cluster.run(Duration.ofSeconds(1));
        assertThat(isCalled[0]).isTrue();
    }

    @Test
    void profileWithAFigureOutOfRange_isRefused_byName() {
        assertThatThrownBy(() -> new SimulationProfile.Shape(3, 4, 2, 2, 1, true, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("shape.n = 4; allowed: 1 to 3");
        assertThatThrownBy(() -> new SimulationProfile.Workload(1, 1, 1, 1.5))
                .hasMessage("workload.lastWriteWins = 1.5; allowed: 0 to 1");
        assertThatThrownBy(() -> new SimulationProfile.Clocks(Duration.ofSeconds(-1), 0))
                .hasMessageContaining("clocks.skewMax");
        assertThatThrownBy(() -> SimulationProfile.named("storm", 1)).hasMessageContaining("allowed: [swarm, calm");
    }

    @Test
    void profileOfTheCallers_takesOneCourse_whateverTheOrderOfItsFaults() {
        SimulationProfile calm = SimulationProfile.calm();
        SimulationProfile.Faults ordered = new SimulationProfile.Faults(
                EnumSet.of(FaultKind.CRASH, FaultKind.CLOG, FaultKind.PAUSE),
                Duration.ofMillis(100),
                Duration.ofMillis(900));
        SimulationProfile.Faults shuffled = new SimulationProfile.Faults(
                new LinkedHashSet<>(List.of(FaultKind.PAUSE, FaultKind.CRASH, FaultKind.CLOG)),
                Duration.ofMillis(100),
                Duration.ofMillis(900));
        assertThat(Simulation.run(1, calm.with(shuffled)).hash())
                .isEqualTo(Simulation.run(1, calm.with(ordered)).hash());
    }

    @Test
    void unknownNode_isRefused_withTheKnownOnes() {
        assertThatThrownBy(() -> cluster.crash("z")).hasMessage("no node 'z'; known nodes: [a, b, c]");
    }

    private AsyncStore<String> store(String id) {
        return Objects.requireNonNull(cluster.node(id))
                .store("things", CODEC, SIBLINGS)
                .async();
    }
}
