package io.dynamo.core.replica;

import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.runtime.LookupTable;
import io.dynamo.core.tree.Digest;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was purged last of each partition of a lane. An owner that missed the order still has the tombstones, and would hand
 * them round for ever: whoever has purged one knows it by its digest, takes it from nobody, and says so. Kept beside the
 * epochs of votes, the last batch of each partition only.
 */
final class Ghosts {

    private static final String EPOCH = "epoch/";
    private static final String PURGED = "purged/";

    private final StorageEngine engine;
    private final LookupTable<Integer, Long> epochs = new LookupTable<>();
    private final LookupTable<Integer, Map<StoredKey, Digest>> purged = new LookupTable<>();

    Ghosts(StorageEngine engine) {
        this.engine = engine;
    }

    private static byte[] name(String what, int partition) {
        return (what + partition).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The number of the last vote or question of a partition that this node has answered.
     *
     * @throws StorageException if it cannot be read at present
     */
    long epoch(int partition) {
        Long known = epochs.get(partition);
        if (known == null) {
            byte[] stored = engine.get(Space.META, name(EPOCH, partition));
            known = stored == null ? 0 : ByteBuffer.wrap(stored).getLong();
            epochs.put(partition, known);
        }
        return known;
    }

    /** Numbers are never taken back, be it that the batch fails: they may only be skipped. */
    void raiseTo(int partition, long epoch, long untilMillis, Commit commit) {
        long raised = Math.max(epoch(partition), epoch);
        epochs.put(partition, raised);
        Settled.voted(partition, raised, untilMillis, commit.writes);
    }

    /** Whether this was purged here. */
    boolean isPurged(StoredKey key, Digest digest) {
        return digest.equals(of(key.partition()).get(key));
    }

    /** The same of a set that is on its way here. */
    boolean isGhost(StoredKey key, VersionSet set) {
        return of(key.partition()).get(key) != null && isPurged(key, Digest.of(key.bytes(), set));
    }

    private Map<StoredKey, Digest> of(int partition) {
        Map<StoredKey, Digest> known = purged.get(partition);
        if (known == null) {
            known = read(engine.get(Space.META, name(PURGED, partition)));
            purged.put(partition, known);
        }
        return known;
    }

    private static Map<StoredKey, Digest> read(byte @Nullable [] stored) {
        Map<StoredKey, Digest> batch = new LinkedHashMap<>();
        ByteBuffer in = ByteBuffer.wrap(stored == null ? new byte[0] : stored);
        while (in.hasRemaining()) {
            byte[] key = new byte[in.getInt()];
            in.get(key);
            batch.put(StoredKey.parse(key), new Digest(in.getLong(), in.getLong()));
        }
        return batch;
    }

    /** The last batch of a partition; what was purged before is forgotten, and harmless: it is purged once more. */
    void purged(int partition, Map<StoredKey, Digest> batch, Commit commit) {
        int bytes = 0;
        for (StoredKey key : batch.keySet()) {
            bytes += Integer.BYTES + key.bytes().length + Digest.BYTES;
        }
        ByteBuffer out = ByteBuffer.allocate(bytes);
        batch.forEach(
                (key, digest) -> out.putInt(key.bytes().length).put(key.bytes()).put(digest.bytes()));
        commit.writes.put(Space.META, name(PURGED, partition), out.array());
        purged.put(partition, batch);
    }
}
