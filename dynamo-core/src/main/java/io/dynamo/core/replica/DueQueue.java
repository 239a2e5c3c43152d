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
 * Which records of a lane are to be looked at, and when: those of which nothing is left but tombstones and what expires, and those
 * that have entries to forget. There is one entry for each; it moves in the batch of its record, so that neither a crash nor a
 * restart forgets it, and nobody has to look through all records. It only says when to look: what is true then, the record says.
 */
final class DueQueue {

    /** In the place of the length of a store's name, which is never 0: so entries lie before all digests of their partition. */
    private static final byte MARK = 0;

    private static final int TIME = 3;
    private static final int HEAD = TIME + Long.BYTES;
    private static final byte[] NOTHING = {};
    private static final long NEVER = Long.MAX_VALUE;

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

    /** A record is being staged that was to be looked at, and from now on is. */
    void stage(StoredKey key, long oldMillis, long dueMillis, Commit commit) {
        if (!age.isNoted()) {
            return;
        }
        if (oldMillis != NEVER && oldMillis != dueMillis) {
            commit.writes.delete(Space.TREES, entry(key, oldMillis));
        }
        if (dueMillis != NEVER) {
            commit.writes.put(Space.TREES, entry(key, dueMillis), NOTHING);
        }
    }

    /** From when on nothing has been left of a record for long enough. */
    long dueMillis(VersionSet set) {
        if (set.isEmpty()) {
            return NEVER;
        }
        long overMillis = HybridClock.millis(set.highestTimestamp());
        for (Version version : set.versions()) {
            if (!version.isTombstone() && version.expiresAtMillis() == 0) {
                return NEVER;
            }
            overMillis = Math.max(overMillis, version.expiresAtMillis());
        }
        return overMillis + age.millis();
    }

    /** Whether that is so, by this node's wall clock. */
    boolean isDue(VersionSet set, long nowMillis) {
        return dueMillis(set) <= nowMillis;
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

    /** An entry was met that says too early a time, or nothing any more. */
    void correct(Due met, long dueMillis, Commit commit) {
        commit.writes.delete(Space.TREES, met.entry());
        stage(met.key(), NEVER, dueMillis, commit);
    }
}
