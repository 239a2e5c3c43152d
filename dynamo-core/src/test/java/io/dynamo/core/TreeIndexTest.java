package io.dynamo.core;

import static io.dynamo.core.HintsTest.bytes;
import static io.dynamo.core.HintsTest.hint;
import static io.dynamo.core.HintsTest.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.Context;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.replica.TreeIndex;
import io.dynamo.core.tree.Digest;
import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import io.dynamo.spi.WriteBatch;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Beside each record lies its digest; an old directory gets them while it serves (Dynamo §4.7; traps T10). */
class TreeIndexTest {

    private static final Duration SOON = Duration.ofSeconds(3);

    private static void isIndexed(TestCluster cluster, String id, String key) {
        StoredKey placed = StoredKey.of("notes", bytes(key), 256);
        assertThat(cluster.engine(id).get(Space.TREES, placed.treeKey()))
                .isEqualTo(Digest.of(placed.bytes(), cluster.held(id, key)).bytes());
    }

    @Test
    void record_andItsDigest_areWrittenTogether() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.text("a").put("one", "1", Context.none());
            cluster.time.run(SOON);

            for (String id : new String[] {"a", "b", "c"}) {
                isIndexed(cluster, id, "one");
                assertThat(cluster.engine(id).entries(Space.TREES)).hasSize(1);
            }
        }
    }

    @Test
    void whatIsKeptForOthers_hasNoDigest() {
        try (TestCluster cluster = TestCluster.of(4)) {
            cluster.tell("a", "d", hint(1, cluster.keyNotOn("d", 3), write(1, "one"), "c"));
            cluster.time.run(SOON);

            assertThat(cluster.engine("d").entries(Space.TREES)).isEmpty();
        }
    }

    @Test
    void newDirectory_saysThatItIsIndexed_fromItsFirstBatchOn() {
        try (TestCluster cluster = TestCluster.of(3)) {
            assertThat(TreeIndex.isComplete(cluster.engine("a"))).isTrue();
        }
    }

    @Test
    void oldDirectory_isIndexedWhileItServes_andSaysSoAfterwards() {
        try (TestCluster cluster = TestCluster.of(3)) {
            for (int i = 0; i < 20; i++) {
                cluster.text("a").put("key" + i, "value", Context.none());
            }
            cluster.time.run(SOON);
            cluster.kill("a");
            WriteBatch older = new WriteBatch().delete(Space.META, bytes("trees"));
            cluster.engine("a").entries(Space.TREES).forEach(entry -> older.delete(Space.TREES, entry.getKey()));
            cluster.engine("a").write(older, Durability.SYNC, failure -> {});

            cluster.start("a");
            cluster.link();
            cluster.time.run(SOON);

            for (int i = 0; i < 20; i++) {
                isIndexed(cluster, "a", "key" + i);
            }
            assertThat(TreeIndex.isComplete(cluster.engine("a"))).isTrue();
        }
    }

    @Test
    void oldDirectoryWhoseDiskFails_triesAgain() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.text("a").put("one", "1", Context.none());
            cluster.time.run(SOON);
            cluster.kill("a");
            WriteBatch older = new WriteBatch().delete(Space.META, bytes("trees"));
            cluster.engine("a").entries(Space.TREES).forEach(entry -> older.delete(Space.TREES, entry.getKey()));
            cluster.engine("a").write(older, Durability.SYNC, failure -> {});
            cluster.start("a");
            cluster.engine("a").failsWrites = true;
            cluster.time.run(SOON);
            assertThat(TreeIndex.isComplete(cluster.engine("a"))).isFalse();

            cluster.engine("a").failsWrites = false;
            cluster.link();
            cluster.time.run(SOON);

            isIndexed(cluster, "a", "one");
            assertThat(TreeIndex.isComplete(cluster.engine("a"))).isTrue();
        }
    }
}
