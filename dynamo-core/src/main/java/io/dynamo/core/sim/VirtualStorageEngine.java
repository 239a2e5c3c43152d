package io.dynamo.core.sim;

import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run's use of a virtual disk. It refuses at once what comes while too much waits for the disk. */
final class VirtualStorageEngine implements StorageEngine {

    private static final int WAITING_MAX = 12;

    private final Universe universe;
    private final VirtualRuntime runtime;
    private final VirtualDisk disk;
    private boolean isClosed;
    private int waiting;

    private VirtualStorageEngine(Universe universe, VirtualRuntime runtime, VirtualDisk disk) {
        this.universe = universe;
        this.runtime = runtime;
        this.disk = disk;
    }

    /** Opens a disk; as every engine that keeps its promise, it says if the disk has gone back in time. */
    static VirtualStorageEngine open(Universe universe, VirtualRuntime runtime, VirtualDisk disk) {
        return new VirtualStorageEngine(universe, runtime, disk);
    }

    @Override
    public Optional<String> regression() {
        long missing = disk.missingCommits();
        return missing == 0
                ? Optional.empty()
                : Optional.of("the storage went back in time: " + missing + " synced changes are missing");
    }

    @Override
    public void acceptRegression() {
        disk.settle();
    }

    @Override
    public long synced() {
        return disk.commits();
    }

    @Override
    public byte @Nullable [] get(Space space, byte[] key) {
        checkOpen();
        return disk.read(space, key);
    }

    @Override
    public void write(WriteBatch batch, Durability durability, Consumer<@Nullable StorageException> completion) {
        if (isClosed) {
            completion.accept(closed());
            return;
        }
        if (waiting >= WAITING_MAX) {
            completion.accept(new StorageException("too many writes wait for a virtual disk", null));
            return;
        }
        waiting++;
        long when = disk.accept(batch, universe.nowNanos());
        // The disk goes on while the process is paused; the process hears of it afterwards.
        universe.at(when, null, () -> {
            waiting--;
            if (runtime.isAlive()) {
                StorageException failure = disk.write(batch, durability == Durability.SYNC);
                if (runtime.pausedUntilNanos() > universe.nowNanos()) {
                    universe.at(universe.nowNanos(), runtime, () -> completion.accept(failure));
                } else {
                    completion.accept(failure);
                }
            }
        });
    }

    @Override
    public Scan scan(Space space, byte[] from, byte @Nullable [] to) {
        checkOpen();
        return new CopiedScan(disk.scan(space, from, to).iterator());
    }

    @Override
    public void flush() {
        checkOpen();
        disk.syncAll();
    }

    @Override
    public void checkpoint(Path directory) {
        throw new UnsupportedOperationException("a virtual disk has no directories");
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            disk.syncAll();
        }
    }

    private void checkOpen() {
        if (isClosed) {
            throw closed();
        }
    }

    private static StorageException closed() {
        return new StorageException("the virtual disk is closed", null);
    }

    private record CopiedScan(Iterator<Map.Entry<byte[], byte[]>> rest) implements Scan {
        @Override
        public boolean hasNext() {
            return rest.hasNext();
        }

        @Override
        public Map.Entry<byte[], byte[]> next() {
            return rest.next();
        }

        @Override
        public void close() {}
    }
}
