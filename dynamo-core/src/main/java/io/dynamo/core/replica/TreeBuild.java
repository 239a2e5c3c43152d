package io.dynamo.core.replica;

import io.dynamo.core.runtime.LookupTable;
import io.dynamo.core.tree.Digest;
import io.dynamo.core.tree.HashTree;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The trees of a partition, built from their digests on disk, slice by slice, while writes go on. First the records of each
 * store are counted, so that its tree gets the right level, then they are put in.
 *
 * <p>A record that is staged when its digest is met is left to the end of its commit, as nobody knows whether the engine
 * already shows it.
 */
final class TreeBuild {

    private final StorageEngine engine;
    private final byte[] start;
    private final byte @Nullable [] end;
    private final Predicate<StoredKey> isStaged;
    private final Map<String, Long> counts = new TreeMap<>();
    private final Map<String, HashTree> trees = new TreeMap<>();
    // Left out when they were met; some are so still when all has been met.
    private final LookupTable<StoredKey, Boolean> skipped = new LookupTable<>();
    private boolean isAnySkipped;
    // The tree that changed last, as most partitions hold one store.
    private String latestStore = "";
    private @Nullable HashTree latest;
    private byte[] next;
    private boolean isCounted;
    private boolean isDone;
    private boolean isOutgrown;

    TreeBuild(StorageEngine engine, int partition, Predicate<StoredKey> isStaged) {
        this.engine = engine;
        this.isStaged = isStaged;
        this.start = DueQueue.endOf(partition);
        this.end = StoredKey.endOfPartition(partition);
        this.next = start;
    }

    /**
     * Goes on.
     *
     * @param entriesMax how many digests to look at
     * @return true when it is done
     */
    boolean slice(int entriesMax) {
        int looked = 0;
        try (StorageEngine.Scan scan = engine.scan(Space.TREES, next, end)) {
            while (scan.hasNext()) {
                if (looked++ == entriesMax) {
                    return false;
                }
                Map.Entry<byte[], byte[]> entry = scan.next();
                take(entry.getKey(), entry.getValue());
                next = Arrays.copyOf(entry.getKey(), entry.getKey().length + 1);
            }
        }
        if (isCounted) {
            isDone = true;
            return true;
        }
        isCounted = true;
        next = start;
        counts.forEach((store, count) -> trees.put(store, new HashTree(HashTree.levelFor(count))));
        isDone = counts.isEmpty();
        return isDone;
    }

    private void take(byte[] place, byte[] digest) {
        StoredKey key = StoredKey.ofTreeKey(place);
        if (!isCounted) {
            counts.merge(key.store(), 1L, Long::sum);
        } else if (isStaged.test(key)) {
            skipped.put(key, Boolean.TRUE);
            isAnySkipped = true;
        } else {
            tree(key.store()).change(key.spread(), Digest.NONE, Digest.parse(digest));
        }
    }

    /** A commit has ended well. What lies ahead of the build is still to be met. */
    void change(StoredKey key, Digest before, Digest after) {
        if (!isCounted || !isDone && Arrays.compareUnsigned(key.treeKey(), next) >= 0) {
            return;
        }
        boolean wasSkipped = isAnySkipped && skipped.get(key) != null;
        if (wasSkipped) {
            skipped.remove(key);
            isAnySkipped = skipped.size() > 0;
        }
        HashTree tree = tree(key.store());
        tree.change(key.spread(), wasSkipped ? Digest.NONE : before, after);
        isOutgrown |= tree.isOutgrown();
    }

    private HashTree tree(String store) {
        HashTree tree = latest;
        if (tree == null || !store.equals(latestStore)) {
            tree = trees.computeIfAbsent(store, ignored -> new HashTree(0));
            latestStore = store;
            latest = tree;
        }
        return tree;
    }

    /** Whether one of its trees should have another level by now. */
    boolean isOutgrown() {
        return isOutgrown;
    }

    Map<String, HashTree> trees() {
        return trees;
    }
}
