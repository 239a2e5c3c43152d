package io.dynamo.core.replica;

import io.dynamo.api.WriteId;
import io.dynamo.core.causality.Dot;
import io.dynamo.core.runtime.LookupTable;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Which writes one lane has minted lately. Confined to it. */
final class RememberedWrites {

    private final StorageEngine engine;
    // Their versions may be overwritten before they are durable, so the overlay alone does not tell of them.
    private final LookupTable<WriteId, WriteIdEntry> uncommitted = new LookupTable<>();
    // Partitions that may hold write ids.
    private final BitSet partitions = new BitSet();

    RememberedWrites(StorageEngine engine) {
        this.engine = engine;
    }

    /** What a write has minted; null if it is not remembered. */
    @Nullable
    Dot find(StoredKey key, WriteId id) {
        WriteIdEntry known = uncommitted.get(id);
        if (known == null) {
            byte[] entry = engine.get(Space.WRITE_IDS, WriteIdEntry.key(key.partition(), id));
            known = entry == null ? null : WriteIdEntry.decode(entry);
        }
        if (known == null) {
            return null;
        }
        if (!Arrays.equals(known.key(), key.bytes())) {
            throw new IllegalArgumentException("write id " + id + " was used for " + StoredKey.parse(known.key())
                    + " and cannot be used for " + key);
        }
        return known.dot();
    }

    void add(Commit commit, StoredKey key, WriteId id, Dot dot) {
        mayBeIn(key.partition());
        WriteIdEntry entry = new WriteIdEntry(dot, key.bytes());
        commit.writes.put(Space.WRITE_IDS, WriteIdEntry.key(key.partition(), id), entry.encode());
        commit.ids.add(new Commit.Remembered(id, entry));
        uncommitted.put(id, entry);
    }

    void mayBeIn(int partition) {
        partitions.set(partition);
    }

    boolean isEmpty() {
        return partitions.isEmpty();
    }

    /** Forgets those that are older than a time. */
    void forget(Commit commit, long before) {
        for (int partition = partitions.nextSetBit(0);
                partition >= 0;
                partition = partitions.nextSetBit(partition + 1)) {
            commit.writes.deleteRange(
                    Space.WRITE_IDS,
                    WriteIdEntry.key(partition, new WriteId(0, 0)),
                    WriteIdEntry.key(partition, new WriteId(Math.max(0, before), 0)));
        }
    }

    void finished(Commit commit) {
        for (Commit.Remembered remembered : commit.ids) {
            if (uncommitted.get(remembered.id()) == remembered.entry()) {
                uncommitted.remove(remembered.id());
            }
        }
    }
}
