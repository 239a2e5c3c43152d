package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.Context;
import io.dynamo.api.Option;
import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.spi.Durability;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of N replicas one syncs each write, and nobody waits for it (Dynamo §6.1). */
class OneOfNTest {

    private static final List<String> ALL = List.of("a", "b", "c");

    private static TestCluster cluster() {
        return TestCluster.of(3, "stores.notes.durability", "one-of-n");
    }

    private static Set<String> syncing(TestCluster cluster) {
        Set<String> syncing = new TreeSet<>();
        for (String id : ALL) {
            if (cluster.engine(id).askedFor.contains(Durability.SYNC)) {
                syncing.add(id);
            }
            cluster.engine(id).askedFor.clear();
        }
        return syncing;
    }

    @Test
    void write_isSyncedByOneReplica_andNotByItsCoordinator() {
        try (TestCluster cluster = cluster()) {
            Set<String> all = new TreeSet<>();
            for (int i = 0; i < 20; i++) {
                syncing(cluster);
                cluster.text("a").put("k" + i, "v", Context.none());
                cluster.time.run(TestCluster.SECOND);
                Set<String> one = syncing(cluster);
                assertThat(one).hasSize(1);
                all.addAll(one);
            }
            assertThat(all).containsExactly("b", "c");
        }
    }

    @Test
    void write_doesNotWaitForTheOneThatSyncs() {
        try (TestCluster cluster = cluster()) {
            cluster.engine("b").holdsWrites = true;
            for (int i = 0; i < 20; i++) {
                cluster.text("a").put("k" + i, "v", Context.none(), Option.timeout(Duration.ofMillis(100)));
            }
            cluster.engine("b").releaseWrites();
            cluster.time.run(TestCluster.SECOND);
        }
    }

    @Test
    void whoIsToSync_andDoesNotAnswer_isReplacedByTheCoordinator() {
        try (TestCluster cluster = cluster()) {
            syncing(cluster);
            cluster.engine("b").holdsWrites = true;
            cluster.engine("c").holdsWrites = true;
            cluster.text("a").put("k", "v", Context.none(), Option.w(1));
            assertThat(cluster.engine("a").askedFor).containsOnly(Durability.BUFFERED);
            cluster.time.run(Duration.ofMillis(100));
            assertThat(cluster.engine("a").askedFor).contains(Durability.SYNC);
            cluster.engine("b").releaseWrites();
            cluster.engine("c").releaseWrites();
            cluster.time.run(TestCluster.SECOND);
        }
    }

    @Test
    void coordinatorThatReachesNobody_syncsItself() {
        try (TestCluster cluster = cluster()) {
            cluster.kill("b", "c");
            cluster.noticeSilence();
            syncing(cluster);
            cluster.text("a").put("k", "v", Context.none(), Option.w(1));
            assertThat(syncing(cluster)).containsExactly("a");
        }
    }

    @Test
    void durableAcknowledgements_areSyncedByAll() {
        try (TestCluster cluster = cluster()) {
            syncing(cluster);
            cluster.text("a").put("k", "v", Context.none(), Option.durable(2));
            cluster.time.run(TestCluster.SECOND);
            assertThat(syncing(cluster)).containsExactlyElementsOf(ALL);
        }
    }

    /** The hint may be the one copy that was synced, or with a write buffer the one that was written. */
    @ParameterizedTest
    @ValueSource(strings = {"one-of-n", "buffered"})
    void hintIsLetGo_onlyWhenItsOwnerHasSynced(String durability) {
        try (TestCluster cluster =
                TestCluster.of(4, "stores.notes.durability", durability, "stores.notes.write-buffer", "10")) {
            String key = cluster.keyNotOn("d", 3);
            cluster.kill("c");
            cluster.noticeSilence();
            cluster.text("a").put(key, "v", Context.none());
            cluster.time.run(TestCluster.SECOND);
            cluster.network.forget();
            cluster.start("c");
            cluster.link();
            cluster.time.run(Duration.ofSeconds(3));
            assertThat(cluster.network.sent(PutReplicaRequest.class))
                    .filteredOn(sent -> sent.from().equals("d") && sent.to().equals("c"))
                    .isNotEmpty()
                    .allMatch(sent -> sent.message() instanceof PutReplicaRequest put && put.sync());
            assertThat(cluster.hints("d").count()).isZero();
        }
    }

    @Test
    void trace_saysWhoSyncs() {
        try (TestCluster cluster = cluster()) {
            assertThat(cluster.text("a")
                            .put("k", "v", Context.none(), Option.trace())
                            .trace()
                            .toString())
                    .contains("is to sync it");
        }
    }
}
