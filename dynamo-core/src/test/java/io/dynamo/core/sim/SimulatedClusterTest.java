package io.dynamo.core.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.AsyncStore;
import io.dynamo.api.Codec;
import io.dynamo.api.Context;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.Option;
import io.dynamo.api.Outcome;
import io.dynamo.api.QuorumException;
import io.dynamo.api.Read;
import io.dynamo.api.Reconciler;
import java.time.Duration;
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
    void diskThatLostSyncedChanges_isNotOpened_untilTheRightOneIsFound() {
        Machine machine = cluster.machine("b");
        machine.disk.remember();
        cluster.await(store("a").put("k", "v", Context.none(), Option.w(3)), SOON);
        cluster.crash("b");
        machine.disk.goBack();
        cluster.restart("b");
        cluster.run(SOON);
        assertThat(cluster.node("b")).as("refuses to serve from an older state").isNull();
        cluster.heal();
        assertThat(cluster.settle()).isTrue();
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
    void unknownNode_isRefused_withTheKnownOnes() {
        assertThatThrownBy(() -> cluster.crash("z")).hasMessage("no node 'z'; known nodes: [a, b, c]");
    }

    private AsyncStore<String> store(String id) {
        return Objects.requireNonNull(cluster.node(id))
                .store("things", CODEC, SIBLINGS)
                .async();
    }
}
