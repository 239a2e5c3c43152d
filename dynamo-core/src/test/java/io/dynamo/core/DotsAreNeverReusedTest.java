package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.Context;
import io.dynamo.api.Option;
import io.dynamo.api.Written;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Dot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A dot is never reused, whatever becomes of the disk or the clock below (traps T3 to T6): one test for each cause. Every
 * write here is blind, so that its receipt shows its dot alone.
 */
class DotsAreNeverReusedTest {

    private static final String UNCACHED = "cache.bytes";

    private final List<Dot> dots = new ArrayList<>();

    private void put(TestCluster cluster, String node, int times) {
        for (int i = 0; i < times; i++) {
            Written written = cluster.text(node).put("k", "value" + dots.size(), Context.none(), Option.w(1));
            CausalContext seen = TestCluster.seen(written.context());
            List<Dot> minted = new ArrayList<>(seen.vector());
            minted.addAll(seen.detached());
            assertThat(minted).as("a blind put has seen its own dot only").hasSize(1);
            dots.add(minted.get(0));
        }
    }

    private void assertAllDiffer(int count) {
        assertThat(dots).hasSize(count).doesNotHaveDuplicates();
    }

    /** The last write of each run is with the other replicas, and not yet on the disk of the node that minted it. */
    @Test
    void killedNode_neverReusesADot() {
        try (TestCluster cluster = TestCluster.of(3)) {
            for (int run = 0; run < 4; run++) {
                put(cluster, "a", 2);
                cluster.engine("a").holdsWrites = true;
                put(cluster, "a", 1);
                cluster.engine("a").holdsWrites = false;
                cluster.restart("a");
            }
            assertAllDiffer(12);
        }
    }

    /** The disk goes back by some writes, its incarnation with it. */
    @Test
    void lostLog_neverReusesADot() {
        try (TestCluster cluster = TestCluster.of(3)) {
            put(cluster, "a", 2);
            TestEngine earlier = cluster.engine("a").copy();
            put(cluster, "a", 3);
            cluster.changeEngine("a", earlier);
            cluster.restart("a");
            put(cluster, "a", 5);
            assertAllDiffer(10);
        }
    }

    /** A single node: with others it would be refused, as they remember its directory. */
    @Test
    void wipedDisk_neverReusesADot() {
        try (TestCluster cluster = TestCluster.of(1)) {
            put(cluster, "a", 3);
            cluster.changeEngine("a", new TestEngine());
            cluster.restart("a");
            put(cluster, "a", 3);
            assertAllDiffer(6);
        }
    }

    @Test
    void restoredBackup_neverReusesADot() {
        try (TestCluster cluster = TestCluster.of(1)) {
            put(cluster, "a", 2);
            TestEngine backup = cluster.engine("a").copy();
            for (int restore = 0; restore < 3; restore++) {
                put(cluster, "a", 2);
                cluster.changeEngine("a", backup.copy());
                cluster.restart("a");
            }
            put(cluster, "a", 2);
            assertAllDiffer(10);
        }
    }

    /** Two processes on copies of one disk, neither of which hears of the other. */
    @Test
    void copiedDisk_bothCopiesRunning_neverShareADot() {
        try (TestCluster one = TestCluster.of(1);
                TestCluster two = TestCluster.of(1)) {
            put(one, "a", 2);
            two.changeEngine("a", one.engine("a").copy());
            one.restart("a");
            two.restart("a");
            // Runs of the two clusters draw from the same seeds in turn: one more, so that they do not draw alike.
            two.restart("a");
            put(one, "a", 3);
            put(two, "a", 3);
            assertAllDiffer(8);
        }
    }

    /** As a fallback does with what it delivered. */
    @Test
    void recordDeliveredAndForgotten_neverReusesADot() {
        try (TestCluster cluster = TestCluster.of(3, UNCACHED, "0B")) {
            for (int round = 0; round < 3; round++) {
                put(cluster, "a", 2);
                cluster.engine("a").forgetRecords();
            }
            assertAllDiffer(6);
        }
    }

    /** Nobody remembers the key, and so nobody can warn who writes it next. */
    @Test
    void purgedKey_neverReusesADot() {
        try (TestCluster cluster = TestCluster.of(3, UNCACHED, "0B")) {
            put(cluster, "a", 2);
            cluster.text("a").delete("k", cluster.text("a").get("k").context(), Option.w(3));
            for (String node : List.of("a", "b", "c")) {
                cluster.engine(node).forgetRecords();
            }
            put(cluster, "a", 2);
            assertThat(cluster.values("a", "k")).containsExactly("value2", "value3");
            assertAllDiffer(4);
        }
    }

    /** It comes back with a record that shows this node's own actor, but not how far it had counted. */
    @Test
    void partitionThatMovedAwayAndBack_neverReusesADot() {
        try (TestCluster cluster = TestCluster.of(3, UNCACHED, "0B")) {
            put(cluster, "a", 1);
            cluster.repair("k");
            cluster.network.lose(message -> message.touches("a"));
            put(cluster, "a", 3);
            cluster.engine("a").forgetRecords();
            cluster.network.heal();
            cluster.link();
            cluster.repair("k");
            assertThat(cluster.values("a", "k")).as("what the others knew").containsExactly("value0");

            put(cluster, "a", 3);

            assertAllDiffer(7);
            cluster.repair("k");
            assertThat(cluster.values("b", "k")).containsExactly("value0", "value4", "value5", "value6");
        }
    }

    @Test
    void clockSetBack_neverReusesADot() {
        try (TestCluster cluster = TestCluster.of(3)) {
            put(cluster, "a", 3);
            for (Duration back : List.of(Duration.ofHours(-1), Duration.ofDays(-30))) {
                cluster.setClock("a", back);
                cluster.restart("a");
                put(cluster, "a", 3);
            }
            assertAllDiffer(9);
        }
    }
}
