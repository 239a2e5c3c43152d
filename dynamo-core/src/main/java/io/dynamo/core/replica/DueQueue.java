package io.dynamo.core.replica;

import io.dynamo.core.causality.HybridClock;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which records of a lane may be removed, and from when on: those of which nothing is left but tombstones; and which have entries
 * to forget. An entry is written in
 * the batch of its record, so that neither a crash nor a restart forgets it, and nobody has to look through all records. It
 * only says when to look: what is true then, the record says.
 */
final class DueQueue {

    /** In the place of the length of a store's name, which is never 0: so entries lie before all digests of their partition. */
    private static final byte MARK = 0;

    private static final int TIME = 3;
    private static final int HEAD = TIME + Long.BYTES;
    private static final byte[] NOTHING = {};

    private final StorageEngine engine;
    private final PurgeAge age;

    DueQueue(StorageEngine engine, PurgeAge age) {
        this.engine = engine;
        this.age = age;
    }

    /** Whether the bytes of a key of the space of trees are an entry of this queue. */
    static boolean isEntry(byte[] treeKey) {
        return treeKey[TIME - 1] == MARK;
    }

    /** Where the digests of a partition begin, behind its entries of this queue. */
    static byte[] endOf(int partition) {
        byte[] range = Arrays.copyOf(StoredKey.partitionRange(partition), TIME);
        range[TIME - 1] = MARK + 1;
        return range;
    }

    /** Notes a record that is being staged, if it can be purged one day. */
    void stage(StoredKey key, VersionSet after, long nowMillis, Commit commit) {
        if (age.isNoted() && isDeleted(after)) {
            commit.writes.put(Space.TREES, entry(key, nowMillis + age.millis()), NOTHING);
        }
    }

    /** Notes when a record is to be looked at for another reason. */
    void note(StoredKey key, long dueMillis, Commit commit) {
        commit.writes.put(Space.TREES, entry(key, dueMillis), NOTHING);
    }

    /** Whether nothing is left of a record but that it was deleted. Where versions expire, those count as well. */
    static boolean isDeleted(VersionSet set) {
        for (Version version : set.versions()) {
            if (!version.isTombstone()) {
                return false;
            }
        }
        return !set.isEmpty();
    }

    /** Whether that is so for long enough, by this node's wall clock. */
    boolean isDue(VersionSet set, long nowMillis) {
        return isDeleted(set) && nowMillis - HybridClock.millis(set.highestTimestamp()) >= age.millis();
    }

    private static byte[] entry(StoredKey key, long dueMillis) {
        byte[] bytes = key.bytes();
        byte[] entry = new byte[bytes.length + HEAD - TIME + 1];
        System.arraycopy(bytes, 0, entry, 0, TIME - 1);
        entry[TIME - 1] = MARK;
        ByteBuffer.wrap(entry).putLong(TIME, dueMillis);
        System.arraycopy(bytes, TIME - 1, entry, HEAD, bytes.length - TIME + 1);
        return entry;
    }

    private static StoredKey keyOf(byte[] entry) {
        byte[] bytes = new byte[entry.length - HEAD + TIME - 1];
        System.arraycopy(entry, 0, bytes, 0, TIME - 1);
        System.arraycopy(entry, HEAD, bytes, TIME - 1, entry.length - HEAD);
        return StoredKey.parse(bytes);
    }

    /** An entry whose time has come. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Due(StoredKey key, byte[] entry) {}

    /**
     * The entries of a partition whose time has come, the oldest first.
     *
     * @throws StorageException if they cannot be read at present
     */
    List<Due> due(int partition, long nowMillis, int most) {
        byte[] first = Arrays.copyOf(StoredKey.partitionRange(partition), TIME);
        byte[] end = ByteBuffer.allocate(HEAD)
                .put(first)
                .putLong(Math.max(0, nowMillis) + 1)
                .array();
        List<Due> due = new ArrayList<>();
        try (StorageEngine.Scan scan = engine.scan(Space.TREES, first, end)) {
            while (scan.hasNext() && due.size() < most) {
                byte[] entry = scan.next().getKey();
                due.add(new Due(keyOf(entry), entry));
            }
        }
        return due;
    }

    /** There is nothing to look at any more. */
    void drop(byte[] entry, Commit commit) {
        commit.writes.delete(Space.TREES, entry);
    }
}
