package io.dynamo.core.replica;

import io.dynamo.core.tree.Digest;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Puts the digests of a lane's records beside them, slice by slice: once for a directory that has none. */
public final class Reindex {

    private final StorageEngine engine;
    private final Replica replica;
    private final List<Integer> partitions;
    private int at;
    private long bytesRead;
    private boolean wrote;
    private byte @Nullable [] next;

    /**
     * Begins.
     *
     * @param engine where the records are
     * @param replica of the lane
     * @param partitions of the lane
     */
    public Reindex(StorageEngine engine, Replica replica, List<Integer> partitions) {
        this.engine = engine;
        this.replica = replica;
        this.partitions = partitions;
    }

    /**
     * Goes on.
     *
     * @param recordsMax how many records to look at
     * @param done called when this slice is on its way to the disk, with null or the failure
     * @return whether there is more
     * @throws StorageException if they cannot be read at present
     */
    public boolean slice(int recordsMax, Consumer<@Nullable StorageException> done) {
        if (at == partitions.size()) {
            replica.trees().indexed();
            done.accept(null);
            return false;
        }
        int partition = partitions.get(at);
        byte[] from = next == null ? StoredKey.partitionRange(partition) : next;
        int looked = 0;
        wrote = false;
        bytesRead = 0;
        try (StorageEngine.Scan scan = engine.scan(Space.RECORDS, from, StoredKey.endOfPartition(partition))) {
            while (scan.hasNext()) {
                if (looked++ == recordsMax) {
                    await(done);
                    return true;
                }
                Map.Entry<byte[], byte[]> entry = scan.next();
                index(StoredKey.parse(entry.getKey()), entry.getValue());
                bytesRead += entry.getKey().length + entry.getValue().length;
                next = Arrays.copyOf(entry.getKey(), entry.getKey().length + 1);
            }
        }
        at++;
        next = null;
        await(done);
        return true;
    }

    /**
     * What the last slice has cost.
     *
     * @return bytes of keys and records
     */
    public long bytesRead() {
        return bytesRead;
    }

    private void await(Consumer<@Nullable StorageException> done) {
        if (wrote) {
            replica.commit().waiting.add(done);
        } else {
            done.accept(null);
        }
    }

    /** What is staged brings its digest along. */
    private void index(StoredKey key, byte[] record) {
        if (!replica.isStaged(key)) {
            Digest digest = digest(key, record);
            if (!digest.equals(Digest.NONE)) {
                replica.commit().writes.put(Space.TREES, key.treeKey(), digest.bytes());
                wrote = true;
            }
        }
    }

    /** One that is damaged gets none: the exchange finds that it is missing. */
    private static Digest digest(StoredKey key, byte[] record) {
        try {
            return Digest.of(key.bytes(), RecordCodec.decode(key, record).set());
        } catch (StorageException damaged) {
            return Digest.NONE;
        }
    }
}
