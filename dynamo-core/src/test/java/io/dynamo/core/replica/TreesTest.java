package io.dynamo.core.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.WriteId;
import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Dot;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.storage.MemoryStorageProvider;
import io.dynamo.core.tree.Digest;
import io.dynamo.core.tree.HashTree;
import io.dynamo.core.tree.Prefix;
import io.dynamo.spi.Durability;
import io.dynamo.spi.PluginConfig;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Trees show what the engine holds of finished commits, whatever happens while they are built (traps T10). */
class TreesTest {

    private static final int ALL = 1 << 20;

    private final StorageEngine engine = new MemoryStorageProvider()
            .configure(new PluginConfig("storage.memory", Map.of()))
            .open();
    private final TreeSet<String> staged = new TreeSet<>();
    private final Trees trees = new Trees(engine, key -> staged.contains(key.toString()), true);

    private static StoredKey key(int number) {
        // Every third is in another store of the same partition.
        String store = number % 3 == 0 ? "carts" : "notes";
        return StoredKey.of(store, ("key-" + number).getBytes(StandardCharsets.UTF_8), 1);
    }

    private static Held write(int number) {
        Dot dot = new Dot(new Actor(7, 7, 7), number);
        Version version = new Version(dot, number, 0, new WriteId(1, number), new byte[] {1});
        return new Held(VersionSet.of(CausalContext.EMPTY.with(dot), List.of(version)), null);
    }

    private Commit staged(int number, Held before, Held after) {
        Commit commit = new Commit();
        trees.stage(key(number), before, after, commit);
        staged.add(key(number).toString());
        return commit;
    }

    private void apply(Commit commit) {
        engine.write(
                commit.writes,
                Durability.BUFFERED,
                failure -> assertThat(failure).isNull());
    }

    private void end(Commit commit) {
        commit.changed.forEach(changed -> staged.remove(changed.key().toString()));
        trees.finished(commit, false);
    }

    private void put(int number, Held before, Held after) {
        Commit commit = staged(number, before, after);
        apply(commit);
        end(commit);
    }

    private void build(int slice) {
        while (!trees.build(0, slice)) {
            assertThat(slice).isPositive();
        }
    }

    /** What the trees must be: the sums of all that lies on disk. */
    private void isAsOnDisk() {
        Map<String, HashTree> ready = trees.ready(0);
        assertThat(ready).isNotNull();
        for (String store : List.of("carts", "notes")) {
            Digest sum = Digest.NONE;
            long count = 0;
            byte[] range = StoredKey.storeRange(store, 0);
            try (StorageEngine.Scan scan = engine.scan(Space.TREES, range, StoredKey.endOf(range))) {
                while (scan.hasNext()) {
                    sum = sum.xor(Digest.parse(scan.next().getValue()));
                    count++;
                }
            }
            HashTree tree = ready.getOrDefault(store, new HashTree(0));
            assertThat(tree.root()).isEqualTo(sum);
            assertThat(tree.count()).isEqualTo(count);
        }
    }

    @Test
    void emptyPartition_isReadyAtOnce() {
        assertThat(trees.ready(0)).isNull();

        assertThat(trees.build(0, 1)).isTrue();

        assertThat(trees.ready(0)).isEmpty();
    }

    @Test
    void readyTree_followsCommitsThatFinish_notThoseThatAreStaged() {
        build(ALL);
        put(1, Held.NONE, write(1));
        put(2, Held.NONE, write(2));
        Digest before = trees.ready(0).get("notes").root();

        Commit commit = staged(1, write(1), write(3));
        assertThat(trees.ready(0).get("notes").root()).isEqualTo(before);
        apply(commit);
        end(commit);

        isAsOnDisk();
        assertThat(trees.ready(0).get("notes").root()).isNotEqualTo(before);
    }

    @Test
    void severalChangesOfAKeyInOneCommit_areOne() {
        build(ALL);
        Commit commit = staged(1, Held.NONE, write(1));
        trees.stage(key(1), write(1), write(2), commit);
        apply(commit);
        end(commit);

        isAsOnDisk();
    }

    @Test
    void recordThatIsGone_hasNoDigest() {
        build(ALL);
        put(1, Held.NONE, write(1));

        put(1, write(1), Held.NONE);

        isAsOnDisk();
        assertThat(trees.ready(0).get("notes").root()).isEqualTo(Digest.NONE);
    }

    /** Whether the engine shows the batch already, and whichever slice meets it. */
    @Test
    void writesDuringABuild_areCountedOnce() {
        for (int moment = 0; moment < 12; moment++) {
            for (boolean isShown : new boolean[] {false, true}) {
                TreesTest one = new TreesTest();
                for (int i = 0; i < 5; i++) {
                    one.put(i, Held.NONE, write(i + 1));
                }
                one.buildWhileKeysChange(moment, isShown);
            }
        }
    }

    private void buildWhileKeysChange(int moment, boolean isShown) {
        boolean isDone = false;
        for (int i = 0; i < moment && !isDone; i++) {
            isDone = trees.build(0, 1);
        }
        Commit first = staged(2, write(3), write(10));
        Commit second = staged(2, write(10), write(11));
        Commit fresh = staged(9, Held.NONE, write(12));
        if (isShown) {
            apply(first);
        }
        for (int i = 0; i < 4; i++) {
            trees.build(0, 1);
        }
        if (!isShown) {
            apply(first);
        }
        trees.finished(first, false);
        apply(second);
        apply(fresh);
        build(1);
        end(second);
        end(fresh);
        build(1);
        isAsOnDisk();
    }

    @Test
    void afterAFailedCommit_theTreesAreBuiltAnew() {
        build(ALL);
        put(1, Held.NONE, write(1));
        Commit lost = staged(1, write(1), write(2));
        Commit later = staged(1, write(2), write(3));

        trees.finished(lost, true);

        assertThat(trees.ready(0)).isNull();
        build(ALL);
        apply(later);
        end(later);
        isAsOnDisk();
    }

    @Test
    void tree_growsBesideTheOldOne_whichAnswersMeanwhile() {
        build(ALL);
        for (int i = 0; i < 100; i++) {
            put(i, Held.NONE, write(i + 1));
        }
        assertThat(trees.isToBeBuilt(0)).isTrue();

        assertThat(trees.build(0, 10)).isFalse();
        put(1, write(2), write(100));
        isAsOnDisk();
        build(10);

        isAsOnDisk();
        assertThat(trees.ready(0).get("notes").level()).isEqualTo(1);
        assertThat(trees.ready(0).get("carts").level()).isZero();
        assertThat(trees.isToBeBuilt(0)).isFalse();
    }

    @Test
    void pages_listARange_inTheOrderOfTheTree() {
        for (int i = 0; i < 150; i++) {
            put(i, Held.NONE, write(i + 1));
        }
        List<String> all = new ArrayList<>();
        for (int child = 0; child < Prefix.FAN_OUT; child++) {
            Prefix prefix = Prefix.ROOT.child(child);
            byte[] after = new byte[0];
            Trees.Page page;
            do {
                page = trees.page("notes", 0, prefix, after, 3);
                for (Trees.Leaf leaf : page.leaves()) {
                    assertThat(Long.compareUnsigned(leaf.key().spread(), prefix.first()))
                            .isNotNegative();
                    assertThat(Long.compareUnsigned(leaf.key().spread(), prefix.last()))
                            .isNotPositive();
                    all.add(leaf.key().toString());
                    after = leaf.place();
                }
            } while (page.more());
        }
        assertThat(all).doesNotHaveDuplicates().hasSize(100);
    }

    @Test
    void directoryOfBefore_isNotBuilt_untilItIsIndexed() {
        Trees old = new Trees(engine, key -> false, false);

        assertThat(old.build(0, ALL)).isFalse();
        assertThat(old.ready(0)).isNull();
        old.indexed();

        assertThat(old.build(0, ALL)).isTrue();
    }
}
