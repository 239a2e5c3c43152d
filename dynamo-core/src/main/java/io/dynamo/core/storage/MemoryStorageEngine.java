package io.dynamo.core.storage;

import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An engine in memory, bounded by {@code storage.memory.max-bytes}: hash tables for each space, ordered only when a range
 * is asked for. What it holds dies
 * with the engine.
 *
 * <p>Thread: {@link #get} takes no lock; a write calls its completion before it returns. Batches run side by side: two of
 * them at once on the same key leave, key by key, the one that came last. A scan copies the references of its range first
 * and holds writers back for that long.
 */
// Exempt from the ban of locks in core: a scan has to see whole batches only, and an engine is called by many lanes.
// Batches share the lock, a scan takes it alone for the time of a copy; nobody waits for anything else while holding
// it.
final class MemoryStorageEngine implements StorageEngine {

    /** What an entry is taken to cost beside its bytes: array headers, map node and index. */
    static final int ENTRY_OVERHEAD_BYTES = 64;

    private final Map<Space, PrefixTables> maps = new EnumMap<>(Space.class);
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final long bytesMax;
    private final AtomicLong bytes = new AtomicLong();
    private final LongAdder entries = new LongAdder();
    private volatile boolean closed;

    MemoryStorageEngine(long bytesMax) {
        this.bytesMax = bytesMax;
        for (Space space : Space.values()) {
            maps.put(space, new PrefixTables());
        }
    }

    @Override
    public byte @Nullable [] get(Space space, byte[] key) {
        byte[] value = map(space).get(key);
        // Checked after the read: close empties the maps, and that must not look like a missing key.
        checkOpen();
        return value;
    }

    @Override
    public void write(WriteBatch batch, Durability durability, Consumer<@Nullable StorageException> completion) {
        @Nullable StorageException failure;
        lock.readLock().lock();
        try {
            failure = closed ? closedFailure() : apply(batch.changes());
        } finally {
            lock.readLock().unlock();
        }
        completion.accept(failure);
    }

    @Override
    public Scan scan(Space space, byte[] from, byte @Nullable [] to) {
        List<Map.Entry<byte[], byte[]>> copy;
        lock.writeLock().lock();
        try {
            checkOpen();
            copy = map(space).range(from, to);
        } finally {
            lock.writeLock().unlock();
        }
        // Writers need not wait for this.
        copy.sort((a, b) -> Arrays.compareUnsigned(a.getKey(), b.getKey()));
        return new CopiedScan(copy.iterator());
    }

    @Override
    public void flush() {
        checkOpen();
    }

    @Override
    public void checkpoint(Path directory) {
        throw new UnsupportedOperationException(
                "the memory engine keeps nothing on disk: use storage.engine = rocksdb for checkpoints");
    }

    @Override
    public boolean isInMemory() {
        return true;
    }

    @Override
    public Map<String, Long> statistics() {
        Map<String, Long> figures = new LinkedHashMap<>();
        figures.put("entries", entries.sum());
        figures.put("bytes", bytes.get());
        figures.put("bytes.max", bytesMax);
        return figures;
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            closed = true;
            maps.values().forEach(PrefixTables::clear);
            entries.reset();
            bytes.set(0);
        } finally {
            lock.writeLock().unlock();
        }
    }

    private @Nullable StorageException apply(List<WriteBatch.Change> changes) {
        long added = 0;
        for (WriteBatch.Change change : changes) {
            added += change.value() == null ? 0 : size(change.key(), change.value());
        }
        // The full size is reserved first and what gets replaced given back: the exact growth needs a look-up for each
        // change, which only a batch near the limit has to pay.
        if (added > 0 && bytes.addAndGet(added) > bytesMax && bytes.get() - released(changes) > bytesMax) {
            bytes.addAndGet(-added);
            return new StorageException(
                    "memory engine is full: a batch of " + added + " bytes does not fit beside the " + bytes.get()
                            + " held, storage.memory.max-bytes = " + bytesMax + "; delete something or raise the limit",
                    null);
        }
        for (WriteBatch.Change change : changes) {
            apply(change);
        }
        return null;
    }

    private void apply(WriteBatch.Change change) {
        byte[] value = change.value();
        if (value != null) {
            byte[] old = map(change.space()).put(change.key(), value);
            if (old == null) {
                entries.increment();
            } else {
                bytes.addAndGet(-size(change.key(), old));
            }
        } else if (change.end() != null) {
            map(change.space())
                    .range(change.key(), change.end())
                    .forEach(entry -> remove(change.space(), entry.getKey()));
        } else {
            remove(change.space(), change.key());
        }
    }

    private void remove(Space space, byte[] key) {
        byte[] old = map(space).remove(key);
        if (old != null) {
            entries.decrement();
            bytes.addAndGet(-size(key, old));
        }
    }

    /** What single puts and deletes free; range deletes are not counted on. */
    private long released(List<WriteBatch.Change> changes) {
        long released = 0;
        for (WriteBatch.Change change : changes) {
            byte[] old = change.end() == null ? map(change.space()).get(change.key()) : null;
            released += old == null ? 0 : size(change.key(), old);
        }
        return released;
    }

    private PrefixTables map(Space space) {
        return Objects.requireNonNull(maps.get(space));
    }

    private void checkOpen() {
        if (closed) {
            throw closedFailure();
        }
    }

    private static StorageException closedFailure() {
        return new StorageException("the memory engine is closed", null);
    }

    private static long size(byte[] key, byte[] value) {
        return (long) key.length + value.length + ENTRY_OVERHEAD_BYTES;
    }

    /** A range copied when the scan began. */
    private final class CopiedScan implements Scan {
        private final Iterator<Map.Entry<byte[], byte[]>> rest;
        private boolean released;

        CopiedScan(Iterator<Map.Entry<byte[], byte[]>> rest) {
            this.rest = rest;
        }

        @Override
        public boolean hasNext() {
            checkOpen();
            return !released && rest.hasNext();
        }

        @Override
        public Map.Entry<byte[], byte[]> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return rest.next();
        }

        @Override
        public void close() {
            released = true;
        }
    }
}
