package io.dynamo.storage.rocksdb;

import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import io.dynamo.storage.rocksdb.SequenceFile.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.RocksDBException;

/**
 * An engine on RocksDB: a column family for each space, writes in groups, and files that are not trusted blindly.
 *
 * <p>Thread: reads run on the caller's thread, writes and their completions on the committer's.
 *
 * <p>Errors: a damaged block or log is a {@link StorageException}, at open or when it is read. After a failed commit the
 * engine takes no writes until it is opened again; reads go on.
 */
final class RocksDbStorageEngine implements StorageEngine {

    private final Path path;
    private final NativeDatabase database;
    private final SequenceFile sequences;
    private final Committer committer;
    private final String regression;
    private final Guard guard = new Guard();
    private final Set<RocksDbScan> scans = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);

    private RocksDbStorageEngine(
            RocksDbSettings settings,
            NativeDatabase database,
            SequenceFile sequences,
            Committer committer,
            String regression) {
        this.regression = regression;
        this.path = settings.path();
        this.database = database;
        this.sequences = sequences;
        this.committer = committer;
    }

    /**
     * Opens the engine, and makes it if there is nothing.
     *
     * @throws StorageException if it is open elsewhere or damaged
     */
    static RocksDbStorageEngine open(RocksDbSettings settings) {
        NativeLibrary.load(settings.nativeDirectory());
        Reading before = Regression.beforeOpen(settings);
        NativeDatabase database;
        try {
            database = NativeDatabase.open(settings, before);
        } catch (RocksDBException e) {
            throw Failures.failed("opening", settings.path(), e);
        }
        try {
            // Once more, now that the lock keeps other processes out.
            Reading reading = SequenceFile.read(settings.sequenceFile());
            long recovered = database.db().getLatestSequenceNumber();
            String regression = Regression.afterOpen(settings, reading, recovered);
            SequenceFile sequences = SequenceFile.open(settings.sequenceFile(), reading);
            Committer committer =
                    new Committer(settings, database, sequences, new Committer.Found(recovered, reading.synced()));
            RocksDbStorageEngine engine =
                    new RocksDbStorageEngine(settings, database, sequences, committer, regression);
            committer.start();
            return engine;
        } catch (IOException | RuntimeException e) {
            StorageException failure =
                    e instanceof StorageException known ? known : Failures.failed("opening", settings.path(), e);
            try {
                database.close();
            } catch (RocksDBException again) {
                failure.addSuppressed(again);
            }
            throw failure;
        }
    }

    @Override
    public byte @Nullable [] get(Space space, byte[] key) {
        enter();
        try {
            return database.db().get(database.handle(space), database.readOptions, key);
        } catch (RocksDBException e) {
            throw Failures.failed("read of " + space, path, e);
        } finally {
            guard.exit();
        }
    }

    @Override
    public void write(WriteBatch batch, Durability durability, Consumer<@Nullable StorageException> completion) {
        if (!guard.enter()) {
            completion.accept(Failures.closed(path));
            return;
        }
        try {
            committer.submit(batch, durability, completion);
        } finally {
            guard.exit();
        }
    }

    @Override
    public Scan scan(Space space, byte[] from, byte @Nullable [] to) {
        enter();
        try {
            return new RocksDbScan(guard, path, scans, database, space, from, to);
        } finally {
            guard.exit();
        }
    }

    @Override
    public void flush() {
        CompletableFuture<@Nullable StorageException> synced;
        enter();
        try {
            if (committer.isCurrentThread()) {
                database.db().syncWal();
                return;
            }
            synced = committer.requestSync();
        } catch (RocksDBException e) {
            throw Failures.failed("flush", path, e);
        } finally {
            guard.exit();
        }
        StorageException failure = synced.join();
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void checkpoint(Path directory) {
        enter();
        try {
            Path target = directory.toAbsolutePath().normalize();
            Files.createDirectory(target);
            long sequence = database.db().getLatestSequenceNumber();
            try (Checkpoint checkpoint = Checkpoint.create(database.db())) {
                checkpoint.createCheckpoint(target.resolve("db").toString());
            }
            // Last: a checkpoint that did not get this far is refused at open.
            Regression.create(target, sequence);
        } catch (IOException | RocksDBException e) {
            throw Failures.failed("checkpoint to " + directory, path, e);
        } finally {
            guard.exit();
        }
    }

    @Override
    public long synced() {
        return committer.synced();
    }

    @Override
    public Optional<String> regression() {
        return Optional.of(regression).filter(what -> !what.isEmpty());
    }

    @Override
    public void acceptRegression() {
        committer.acceptRegression();
    }

    @Override
    public Map<String, Long> statistics() {
        Map<String, Long> figures = new LinkedHashMap<>();
        if (guard.enter()) {
            try {
                RocksDbFigures.read(database, figures);
            } finally {
                guard.exit();
            }
        }
        figures.put("commit.groups", committer.groups());
        figures.put("commit.batches", committer.batches());
        figures.put("commit.queued.bytes", committer.queuedBytes());
        figures.put("failed", committer.hasFailed() ? 1L : 0L);
        return figures;
    }

    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            try {
                closeOnce();
            } finally {
                closed.countDown();
            }
        } else if (!committer.isCurrentThread()) {
            Uninterrupted.await(closed::await);
        }
    }

    /** The order matters: callers out, queue empty, scans, disk, native objects. */
    private void closeOnce() {
        guard.close();
        committer.stop();
        List.copyOf(scans).forEach(RocksDbScan::release);
        @Nullable Exception failure = null;
        for (Step step : List.<Step>of(committer::syncAll, sequences::close, database::close)) {
            try {
                step.run();
            } catch (IOException | RocksDBException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null && !committer.hasFailed()) {
            throw Failures.failed("closing", path, failure);
        }
    }

    private void enter() {
        if (!guard.enter()) {
            throw Failures.closed(path);
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException, RocksDBException;
    }
}
