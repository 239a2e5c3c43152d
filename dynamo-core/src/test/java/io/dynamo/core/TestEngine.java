package io.dynamo.core;

import io.dynamo.core.storage.MemoryStorageProvider;
import io.dynamo.spi.Durability;
import io.dynamo.spi.PluginConfig;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A disk that outlives its node, and fails, waits, forgets or is copied when a test wants it. */
final class TestEngine implements StorageEngine {

    private final StorageEngine kept = new MemoryStorageProvider()
            .configure(new PluginConfig("storage.memory", Map.of()))
            .open();
    private final ConcurrentLinkedQueue<Held> held = new ConcurrentLinkedQueue<>();

    private record Held(WriteBatch batch, Durability durability, Consumer<@Nullable StorageException> completion) {}

    /** How durable each write was to be. */
    final List<Durability> askedFor = new ArrayList<>();

    volatile int reads;
    volatile boolean isInMemory;
    volatile boolean failsReads;
    volatile boolean failsWrites;
    /** Writes reach the disk, but that is not what is said of them. */
    volatile boolean deniesWrites;

    volatile boolean holdsWrites;
    /** What is held can be read all the same, as it is in the memory of an engine that has not synced it yet. */
    volatile boolean showsHeldWrites;

    /** What it found at open to be missing. */
    volatile String regression = "";

    /** How many writes were synced. */
    volatile long synced;

    volatile int entriesRead;
    /** Runs once inside the next read, while the lane that reads is busy. */
    private @Nullable Runnable duringNextRead;

    /** The same bytes on another disk. */
    TestEngine copy() {
        TestEngine copy = new TestEngine();
        WriteBatch all = new WriteBatch();
        for (Space space : Space.values()) {
            entries(space).forEach(entry -> all.put(space, entry.getKey(), entry.getValue()));
        }
        copy.kept.write(all, Durability.SYNC, failure -> {});
        copy.synced = synced;
        return copy;
    }

    List<Map.Entry<byte[], byte[]>> entries(Space space) {
        List<Map.Entry<byte[], byte[]>> entries = new ArrayList<>();
        try (Scan scan = kept.scan(space, new byte[0], null)) {
            scan.forEachRemaining(entries::add);
        }
        return entries;
    }

    /** Loses all records, as a broken file would; the rest stays. */
    void forgetRecords() {
        WriteBatch all = new WriteBatch();
        for (Space space : List.of(Space.RECORDS, Space.TREES)) {
            entries(space).forEach(entry -> all.delete(space, entry.getKey()));
        }
        kept.write(all, Durability.SYNC, failure -> {});
    }

    /** Goes back to the records of another disk. */
    void restoreRecords(TestEngine from) {
        forgetRecords();
        WriteBatch all = new WriteBatch();
        for (Space space : List.of(Space.RECORDS, Space.TREES)) {
            from.entries(space).forEach(entry -> all.put(space, entry.getKey(), entry.getValue()));
        }
        kept.write(all, Durability.SYNC, failure -> {});
    }

    void duringNextRead(Runnable task) {
        duringNextRead = task;
    }

    /** Lets the writes finish that were held. */
    void releaseWrites() {
        holdsWrites = false;
        for (Held write = held.poll(); write != null; write = held.poll()) {
            kept.write(write.batch(), write.durability(), write.completion());
        }
    }

    /** Lets the writes fail that were held. */
    void failHeldWrites() {
        holdsWrites = false;
        for (Held write = held.poll(); write != null; write = held.poll()) {
            write.completion().accept(new StorageException("the disk is gone", null));
        }
    }

    @Override
    public boolean isInMemory() {
        return isInMemory;
    }

    @Override
    public byte @Nullable [] get(Space space, byte[] key) {
        Runnable task = duringNextRead;
        if (task != null) {
            duringNextRead = null;
            task.run();
        }
        if (failsReads) {
            throw new StorageException("a bad block", null);
        }
        reads++;
        return kept.get(space, key);
    }

    @Override
    public void write(WriteBatch batch, Durability durability, Consumer<@Nullable StorageException> completion) {
        askedFor.add(durability);
        synced += durability == Durability.SYNC ? 1 : 0;
        if (failsWrites) {
            completion.accept(new StorageException("the disk is full", null));
        } else if (deniesWrites) {
            kept.write(
                    batch,
                    durability,
                    stored -> completion.accept(new StorageException("no answer of the disk", null)));
        } else if (holdsWrites) {
            if (showsHeldWrites) {
                kept.write(batch, Durability.BUFFERED, ignored -> {});
            }
            held.add(new Held(batch, durability, completion));
        } else {
            kept.write(batch, durability, completion);
        }
    }

    @Override
    public Scan scan(Space space, byte[] from, byte @Nullable [] to) {
        if (failsReads) {
            throw new StorageException("a bad block", null);
        }
        Scan scan = kept.scan(space, from, to);
        return new Scan() {
            @Override
            public boolean hasNext() {
                return scan.hasNext();
            }

            @Override
            public Map.Entry<byte[], byte[]> next() {
                entriesRead++;
                return scan.next();
            }

            @Override
            public void close() {
                scan.close();
            }
        };
    }

    @Override
    public long synced() {
        return synced;
    }

    @Override
    public Optional<String> regression() {
        return Optional.of(regression).filter(what -> !what.isEmpty());
    }

    @Override
    public void acceptRegression() {
        regression = "";
    }

    @Override
    public void flush() {
        kept.flush();
    }

    @Override
    public void checkpoint(Path directory) {
        kept.checkpoint(directory);
    }

    /** The disk stays. */
    @Override
    public void close() {}
}
