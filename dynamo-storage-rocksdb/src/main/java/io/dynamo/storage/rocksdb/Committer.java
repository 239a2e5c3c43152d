package io.dynamo.storage.rocksdb;

import io.dynamo.spi.Durability;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;

/**
 * The one thread that writes: what queued up while the last group was forced to disk goes as one into the next, so that
 * many writers share each wait for the disk.
 *
 * <p>After a failed commit nobody knows what the log holds: the committer refuses everything until the engine is opened
 * again.
 */
final class Committer implements Runnable {

    private static final int GROUP_BATCHES_MAX = 1_024;
    private static final long GROUP_BYTES_MAX = 4L << 20;
    private static final int CHANGE_OVERHEAD_BYTES = 64;
    private static final long SYNC_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private record Pending(
            WriteBatch batch, boolean sync, long bytes, Consumer<@Nullable StorageException> completion) {
        /** The mark that ends the thread; a real batch has a size. */
        boolean isStop() {
            return bytes == 0;
        }
    }

    private static final Pending STOP = new Pending(new WriteBatch(), false, 0, failure -> {});

    private final Path path;
    private final RocksDbSettings settings;
    private final NativeDatabase database;
    private final SequenceFile sequences;
    // Bounded by submit; the marks of sync and stop always fit.
    private final LinkedBlockingQueue<Pending> queue = new LinkedBlockingQueue<>();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicLong groups = new AtomicLong();
    private final AtomicLong batches = new AtomicLong();
    private final Thread thread;
    private volatile @Nullable StorageException failure;

    // What was recovered lies in files of its own since the open, and is synced.
    private final long recovered;
    // As long as nobody has accepted that something is missing, the sequence file goes on saying so.
    private volatile boolean isRegressed;
    private volatile long synced;

    // Only the committer's thread, or the closing one after it has ended.
    private final List<Pending> group = new ArrayList<>();
    private long last;
    private long lastSyncNanos = System.nanoTime();

    /**
     * What was found at open.
     *
     * @param recovered how far the log goes
     * @param synced how far it had been synced, at least, as the sequence file says
     */
    record Found(long recovered, long synced) {}

    Committer(RocksDbSettings settings, NativeDatabase database, SequenceFile sequences, Found found) {
        this.settings = settings;
        this.path = settings.path();
        this.database = database;
        this.sequences = sequences;
        this.recovered = found.recovered();
        this.last = recovered;
        this.synced = Math.min(found.synced(), recovered);
        this.isRegressed = found.synced() > recovered;
        thread = new Thread(this, "dynamo-rocksdb-committer " + path);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Takes a batch, or refuses it through its completion; called while the guard is held. */
    void submit(WriteBatch batch, Durability durability, Consumer<@Nullable StorageException> completion) {
        StorageException refusal = refusal();
        if (refusal == null) {
            long bytes = size(batch);
            long before = queuedBytes.getAndAdd(bytes);
            // A batch larger than the limit is still taken when it is alone.
            boolean fits = before == 0 || before + bytes <= settings.queuedBytesMax();
            if (fits && queue.size() < settings.queuedBatchesMax()) {
                queue.add(new Pending(batch, durability == Durability.SYNC, bytes, completion));
                return;
            }
            queuedBytes.addAndGet(-bytes);
            refusal = new StorageException(
                    "too many writes wait for the disk at " + path + ": " + queue.size() + " batches with " + before
                            + " bytes (storage.rocksdb.max-queued-batches = " + settings.queuedBatchesMax()
                            + ", max-queued-bytes = " + settings.queuedBytesMax()
                            + "); nothing was written, write less or later",
                    null);
        }
        completion.accept(refusal);
    }

    /**
     * Asks to force everything handed over so far to disk, however full the queue is; called while the guard is held, to be
     * waited for outside, or a completion that closes the engine would wait for ever.
     */
    CompletableFuture<@Nullable StorageException> requestSync() {
        CompletableFuture<@Nullable StorageException> outcome = new CompletableFuture<>();
        WriteBatch nothing = new WriteBatch();
        long bytes = size(nothing);
        queuedBytes.addAndGet(bytes);
        queue.add(new Pending(nothing, true, bytes, outcome::complete));
        return outcome;
    }

    boolean isCurrentThread() {
        return Thread.currentThread() == thread;
    }

    /** How far the log is synced; a number that every later open finds again. */
    long synced() {
        return Math.max(recovered, synced);
    }

    /** From the next commit on, the sequence file says what there is. */
    void acceptRegression() {
        isRegressed = false;
    }

    boolean hasFailed() {
        return failure != null;
    }

    long groups() {
        return groups.get();
    }

    long batches() {
        return batches.get();
    }

    long queuedBytes() {
        return queuedBytes.get();
    }

    /** Commits what is queued and ends the thread; nothing may be submitted any more. */
    void stop() {
        if (isCurrentThread()) {
            // Closed by a completion: the rest is committed here, and the loop then finds its mark.
            while (collect(queue.poll())) {
                commitGroup();
            }
            queue.add(STOP);
            return;
        }
        queue.add(STOP);
        Uninterrupted.await(thread::join);
    }

    /** Forces everything to disk, and the sequence file with it; after {@link #stop}. */
    void syncAll() throws RocksDBException, IOException {
        if (failure == null) {
            database.db().syncWal();
            synced = last;
            writeSequences();
            sequences.sync();
        }
    }

    private void writeSequences() throws IOException {
        if (!isRegressed) {
            sequences.write(synced, last);
        }
    }

    @Override
    public void run() {
        while (true) {
            @Nullable Pending first = await();
            if (first != null && first.isStop()) {
                return;
            }
            if (collect(first)) {
                commitGroup();
            }
            syncSequencesWhenDue();
        }
    }

    private @Nullable Pending await() {
        try {
            return queue.poll(SYNC_EVERY_NANOS, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            // Nobody of ours interrupts this thread, and a completion that did shall not end it.
            return null;
        }
    }

    /** Fills the group from the queue; says whether there is anything. */
    private boolean collect(@Nullable Pending first) {
        long bytes = 0;
        @Nullable Pending next = first;
        while (next != null) {
            group.add(next);
            bytes += next.bytes();
            boolean full = group.size() >= GROUP_BATCHES_MAX || bytes >= GROUP_BYTES_MAX;
            Pending peeked = queue.peek();
            next = full || peeked == null || peeked.isStop() ? null : queue.poll();
        }
        return !group.isEmpty();
    }

    private void commitGroup() {
        List<Pending> current = new ArrayList<>(group);
        group.clear();
        @Nullable StorageException outcome = refusal();
        if (outcome == null) {
            try {
                commit(current);
            } catch (RocksDBException | IOException | RuntimeException | Error e) {
                outcome = Failures.failed(
                        "commit of " + current.size() + " batches (they may or may not be there later)", path, e);
                failure = outcome;
            }
        }
        for (Pending pending : current) {
            queuedBytes.addAndGet(-pending.bytes());
            complete(pending, outcome);
        }
    }

    private void commit(List<Pending> current) throws RocksDBException, IOException {
        boolean sync = false;
        try (org.rocksdb.WriteBatch merged = new org.rocksdb.WriteBatch()) {
            for (Pending pending : current) {
                sync |= pending.sync();
                for (WriteBatch.Change change : pending.batch().changes()) {
                    add(merged, change);
                }
            }
            if (merged.count() > 0) {
                database.db().write(sync ? database.synced : database.buffered, merged);
            } else if (sync) {
                database.db().syncWal();
            }
        }
        groups.incrementAndGet();
        batches.addAndGet(current.size());
        last = database.db().getLatestSequenceNumber();
        // A synced write forces the logs before it too.
        synced = sync ? last : synced;
        // Before the completions: whatever was acknowledged is remembered.
        writeSequences();
    }

    private void add(org.rocksdb.WriteBatch merged, WriteBatch.Change change) throws RocksDBException {
        ColumnFamilyHandle handle = database.handle(change.space());
        byte[] value = change.value();
        byte[] end = change.end();
        if (value != null) {
            merged.put(handle, change.key(), value);
        } else if (end == null) {
            merged.delete(handle, change.key());
        } else if (Arrays.compareUnsigned(change.key(), end) < 0) {
            // RocksDB would take a reversed range for an error of the whole group.
            merged.deleteRange(handle, change.key(), end);
        }
    }

    private void complete(Pending pending, @Nullable StorageException outcome) {
        try {
            pending.completion().accept(outcome);
        } catch (RuntimeException | Error e) {
            // The fault of one writer; the others wait for their answers.
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    private void syncSequencesWhenDue() {
        long now = System.nanoTime();
        if (now - lastSyncNanos < SYNC_EVERY_NANOS || failure != null) {
            return;
        }
        lastSyncNanos = now;
        try {
            sequences.sync();
        } catch (IOException e) {
            failure = Failures.failed("sync of the sequence file", path, e);
        }
    }

    private @Nullable StorageException refusal() {
        StorageException first = failure;
        return first == null
                ? null
                : new StorageException(
                        "the engine at " + path
                                + " takes no writes since one failed (nothing was written; open it again): "
                                + first.getMessage(),
                        first);
    }

    private static long size(WriteBatch batch) {
        long bytes = CHANGE_OVERHEAD_BYTES;
        for (WriteBatch.Change change : batch.changes()) {
            byte[] value = change.value();
            byte[] end = change.end();
            bytes += change.key().length + CHANGE_OVERHEAD_BYTES;
            bytes += value == null ? 0 : value.length;
            bytes += end == null ? 0 : end.length;
        }
        return bytes;
    }
}
