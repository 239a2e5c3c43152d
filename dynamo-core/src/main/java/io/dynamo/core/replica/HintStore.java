package io.dynamo.core.replica;

import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one lane holds for others, on disk and counted. Confined to the lane. */
final class HintStore {

    private static final Logger LOG = LoggerFactory.getLogger(HintStore.class);
    private static final int SLICE = 256;

    private final StorageEngine engine;
    private final Hints all;
    private final BootScan boot;
    private final LaneHints counts;

    HintStore(StorageEngine engine, Hints all) {
        this.engine = engine;
        this.all = all;
        this.boot = new BootScan(engine);
        this.counts = new LaneHints(all, boot);
    }

    LaneHints counts() {
        return counts;
    }

    void mayHoldIn(int partition) {
        boot.mayHoldIn(partition);
    }

    /** Counts a slice of what an earlier run left; whether there is more. */
    boolean countMore() {
        return boot.goOn(SLICE, (key, bytes) -> {
            Held held = decode(key, bytes);
            if (held != null) {
                counts.found(key, held);
            }
        });
    }

    /**
     * Puts a hint into a commit, or takes it out of the space if it is for nobody any more.
     *
     * @throws HintsFullException if there is no room; the commit is as it was
     */
    void stage(StoredKey key, Held before, Held after, Commit commit) {
        counts.change(key, before, after, commit);
        if (after.hint().isNone()) {
            commit.writes.delete(Space.HINTS, key.bytes());
        } else {
            commit.writes.put(Space.HINTS, key.bytes(), HintCodec.encode(after));
        }
    }

    void finished(Commit commit, boolean hasFailed) {
        counts.finished(commit, hasFailed, this::onDisk);
    }

    /** What is held, staged or on disk; null if it cannot be read. */
    @Nullable
    Held present(StoredKey key) {
        Held staged = counts.staged(key);
        return staged == null ? onDisk(key) : staged;
    }

    /** What the engine holds, whatever is staged; null if it cannot be read. */
    @Nullable
    Held onDisk(StoredKey key) {
        try {
            byte[] bytes = engine.get(Space.HINTS, key.bytes());
            return bytes == null ? Held.NONE : decode(key, bytes);
        } catch (StorageException e) {
            LOG.warn("cannot read what is held of {} for others: {}", key, e.getMessage());
            return null;
        }
    }

    /** A key of the space of hints, and what is there. */
    record Entry(StoredKey key, Held held) {}

    /**
     * Reads on through everything held.
     *
     * @param next where to begin
     * @param entriesMax most entries
     * @param bytesMax about as many bytes
     * @return in order; empty if nothing comes after
     * @throws StorageException if it cannot be read
     */
    List<Entry> read(byte[] next, int entriesMax, long bytesMax) {
        List<Entry> entries = new ArrayList<>();
        byte[] from = next;
        long left = bytesMax;
        int partition = counts.partitionFrom(HintRange.partition(from));
        while (partition >= 0 && entries.size() < entriesMax && left > 0) {
            if (partition != HintRange.partition(from)) {
                from = HintRange.first(partition);
            }
            try (StorageEngine.Scan scan = engine.scan(Space.HINTS, from, HintRange.end(partition))) {
                while (scan.hasNext() && entries.size() < entriesMax && left > 0) {
                    var entry = scan.next();
                    StoredKey key = StoredKey.parse(entry.getKey());
                    Held held = decode(key, entry.getValue());
                    if (held != null) {
                        entries.add(new Entry(key, held));
                        left -= entry.getValue().length;
                    }
                }
            }
            partition = counts.partitionFrom(partition + 1);
        }
        return entries;
    }

    private @Nullable Held decode(StoredKey key, byte[] bytes) {
        try {
            return HintCodec.decode(key, bytes);
        } catch (StorageException e) {
            all.damaged();
            LOG.warn("{}; it stays where it is", e.getMessage());
            return null;
        }
    }
}
