package io.dynamo.core.replica;

import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.runtime.LookupTable;
import io.dynamo.core.tree.Digest;
import io.dynamo.core.tree.HashTree;
import io.dynamo.core.tree.Prefix;
import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hash trees of a lane's partitions (Dynamo §4.7). They show what the engine holds of finished commits, never what is
 * staged; a partition of which a commit failed is built anew before it is compared. Confined to the lane.
 */
public final class Trees {

    private static final Logger LOG = LoggerFactory.getLogger(Trees.class);

    private final StorageEngine engine;
    private final Predicate<StoredKey> isStaged;
    private final LookupTable<Integer, Partition> partitions = new LookupTable<>();
    private boolean isIndexed;

    private static final class Partition {
        @Nullable
        TreeBuild ready;

        @Nullable
        TreeBuild build;
    }

    Trees(StorageEngine engine, Predicate<StoredKey> isStaged, boolean isIndexed) {
        this.engine = engine;
        this.isStaged = isStaged;
        this.isIndexed = isIndexed;
    }

    /** Puts the digest of a record that is being staged into the same batch. */
    void stage(StoredKey key, Held before, Held after, Commit commit) {
        Digest digest = after.digest(key);
        if (digest.equals(Digest.NONE)) {
            commit.writes.delete(Space.TREES, key.treeKey());
        } else {
            commit.writes.put(Space.TREES, key.treeKey(), digest.bytes());
        }
        commit.changed.add(new Commit.Changed(key, before.digest(key), digest));
    }

    void finished(Commit commit, boolean hasFailed) {
        for (Commit.Changed changed : commit.changed) {
            if (hasFailed) {
                // Nobody knows what the engine holds.
                partitions.remove(changed.key().partition());
            } else {
                change(changed.key(), changed.before(), changed.after());
            }
        }
    }

    private void change(StoredKey key, Digest before, Digest after) {
        Partition partition = partitions.get(key.partition());
        if (partition == null) {
            return;
        }
        if (partition.ready != null) {
            partition.ready.change(key, before, after);
        }
        if (partition.build != null) {
            partition.build.change(key, before, after);
        }
    }

    /**
     * The trees of a partition.
     *
     * @param partition its number
     * @return by store, an empty store has none; null if they have to be built first
     */
    public @Nullable Map<String, HashTree> ready(int partition) {
        Partition known = partitions.get(partition);
        return known == null || known.ready == null ? null : known.ready.trees();
    }

    /**
     * Whether {@link #build} has something to do.
     *
     * @param partition its number
     * @return also if the trees are ready, but too coarse or too fine
     */
    public boolean isToBeBuilt(int partition) {
        Partition known = partitions.get(partition);
        return known == null || known.ready == null || known.ready.isOutgrown();
    }

    /**
     * Builds the trees of a partition, or builds them at another level beside those that are ready.
     *
     * @param number of the partition
     * @param entriesMax how many digests to look at in this slice
     * @return true if there is nothing left to do; false also while an old directory is not yet indexed
     * @throws StorageException if they cannot be read at present
     */
    public boolean build(int number, int entriesMax) {
        if (!isIndexed) {
            return false;
        }
        Partition partition = partitions.get(number);
        if (partition == null) {
            partition = new Partition();
            partitions.put(number, partition);
        }
        if (partition.build == null) {
            if (partition.ready != null && !partition.ready.isOutgrown()) {
                return true;
            }
            partition.build = new TreeBuild(engine, number, isStaged);
        }
        if (!partition.build.slice(entriesMax)) {
            return false;
        }
        partition.ready = partition.build;
        partition.build = null;
        return true;
    }

    /**
     * Whether all records of the lane have their digest beside them.
     *
     * @return false while an old directory is being indexed
     */
    public boolean isIndexed() {
        return isIndexed;
    }

    /** They have. */
    void indexed() {
        isIndexed = true;
    }

    /**
     * A record's key and its digest.
     *
     * @param key the key
     * @param digest on disk
     */
    public record Leaf(StoredKey key, Digest digest) {

        /**
         * The place of the next record.
         *
         * @return where to read on in the same store and partition
         */
        public byte[] place() {
            byte[] tree = key.treeKey();
            return Arrays.copyOfRange(tree, StoredKey.storeRange(key.store(), key.partition()).length, tree.length);
        }
    }

    /**
     * Records below a node of a tree.
     *
     * @param leaves in order
     * @param more whether others follow
     */
    public record Page(List<Leaf> leaves, boolean more) {}

    /**
     * Lists the records below a node of a tree, in the order of their spread.
     *
     * @param store the store
     * @param partition the partition
     * @param prefix the node
     * @param after {@link Leaf#place} of the last one seen; empty to begin
     * @param limit most leaves
     * @return the page
     * @throws StorageException if they cannot be read at present
     */
    public Page page(String store, int partition, Prefix prefix, byte[] after, int limit) {
        byte[] range = StoredKey.storeRange(store, partition);
        byte[] first = after.length == 0
                ? with(range, spread(prefix.first()))
                // Nothing lies between a key and the same with a zero behind it.
                : with(range, Arrays.copyOf(after, after.length + 1));
        byte[] end = prefix.last() == -1 ? StoredKey.endOf(range) : with(range, spread(prefix.last() + 1));
        List<Leaf> leaves = new ArrayList<>();
        try (StorageEngine.Scan scan = engine.scan(Space.TREES, first, end)) {
            while (scan.hasNext()) {
                if (leaves.size() == limit) {
                    return new Page(leaves, true);
                }
                Map.Entry<byte[], byte[]> entry = scan.next();
                leaves.add(new Leaf(StoredKey.ofTreeKey(entry.getKey()), Digest.parse(entry.getValue())));
            }
        }
        return new Page(leaves, false);
    }

    /**
     * Mends a digest that does not name what the record holds, as bits may rot: else its partition would differ for ever.
     *
     * @param key the key
     * @param durable what the engine holds of it
     * @throws StorageException if the digest cannot be read at present
     */
    public void mend(StoredKey key, VersionSet durable) {
        if (!isIndexed || isStaged.test(key)) {
            return;
        }
        byte[] found = engine.get(Space.TREES, key.treeKey());
        Digest real = durable.isEmpty() ? Digest.NONE : Digest.of(key.bytes(), durable);
        if (real.equals(found == null ? Digest.NONE : Digest.parse(found))) {
            return;
        }
        LOG.warn("the digest of {} did not name what the disk holds of it; it is written anew", key);
        WriteBatch batch = new WriteBatch();
        engine.write(
                real.equals(Digest.NONE)
                        ? batch.delete(Space.TREES, key.treeKey())
                        : batch.put(Space.TREES, key.treeKey(), real.bytes()),
                Durability.BUFFERED,
                ignored -> {});
        partitions.remove(key.partition());
    }

    private static byte[] spread(long spread) {
        return ByteBuffer.allocate(Long.BYTES).putLong(0, spread).array();
    }

    private static byte[] with(byte[] range, byte[] tail) {
        byte[] place = Arrays.copyOf(range, range.length + tail.length);
        System.arraycopy(tail, 0, place, range.length, tail.length);
        return place;
    }
}
