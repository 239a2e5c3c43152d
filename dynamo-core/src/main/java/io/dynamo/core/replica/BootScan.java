package io.dynamo.core.replica;

import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * Finds what an earlier run held for others, in slices, while the lane serves (traps T19). A key that changes before the scan
 * is there counts from then on, and is passed over.
 */
final class BootScan {

    private final StorageEngine engine;
    private final BitSet partitions = new BitSet();
    private final TreeSet<byte[]> ahead = new TreeSet<>(Arrays::compareUnsigned);
    // Where the scan is; -1 when it is through, or has nothing to look for.
    private int partition = -1;
    private byte[] next = new byte[0];

    BootScan(StorageEngine engine) {
        this.engine = engine;
    }

    /** An earlier run may have left something there. */
    void mayHoldIn(int which) {
        partitions.set(which);
        partition = partitions.nextSetBit(0);
        next = HintRange.first(partition);
    }

    boolean hasCounted(StoredKey key) {
        return partition < 0
                || key.partition() < partition
                || key.partition() == partition && Arrays.compareUnsigned(key.bytes(), next) < 0
                || !partitions.get(key.partition())
                || ahead.contains(key.bytes());
    }

    void counted(StoredKey key) {
        if (!hasCounted(key)) {
            ahead.add(key.bytes());
        }
    }

    /**
     * Goes on for a while.
     *
     * @param steps entries and partitions to look at, at most
     * @param found gets each entry that no change has counted
     * @return whether there is more to do
     * @throws StorageException if the engine cannot be read; the same slice may be tried again
     */
    boolean goOn(int steps, BiConsumer<StoredKey, byte[]> found) {
        int left = steps;
        while (partition >= 0 && left > 0) {
            left--;
            try (StorageEngine.Scan scan = engine.scan(Space.HINTS, next, HintRange.end(partition))) {
                while (left > 0 && scan.hasNext()) {
                    Map.Entry<byte[], byte[]> entry = scan.next();
                    left--;
                    boolean isNew = !ahead.contains(entry.getKey());
                    next = HintRange.after(entry.getKey());
                    if (isNew) {
                        found.accept(StoredKey.parse(entry.getKey()), entry.getValue());
                    }
                }
                if (!scan.hasNext()) {
                    partition = partitions.nextSetBit(partition + 1);
                    next = HintRange.first(partition);
                }
            }
        }
        if (partition < 0) {
            ahead.clear();
        }
        return partition >= 0;
    }
}
