package io.dynamo.storage.rocksdb;

import static io.dynamo.storage.rocksdb.Engines.bytes;

import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.WriteBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteOptions;

/** Prints synced writes per second beside a bare RocksDB loop of the same run. Run by hand: directory, seconds. */
final class GroupCommitFigures {

    private GroupCommitFigures() {}

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        long nanos = Long.parseLong(args[1]) * 1_000_000_000L;
        Engines.open(directory.resolve("warm")).close();
        for (int round = 1; round <= 2; round++) {
            print(round, "bare RocksDB, 1 thread", bare(directory.resolve("bare" + round), nanos), nanos, 0);
            for (int threads : new int[] {1, 16, 32}) {
                try (StorageEngine engine = Engines.open(directory.resolve("engine" + round + "-" + threads))) {
                    long writes = engine(engine, threads, nanos);
                    print(
                            round,
                            "engine, " + threads + " threads",
                            writes,
                            nanos,
                            engine.statistics().get("commit.groups"));
                }
            }
        }
    }

    private static long bare(Path path, long nanos) throws Exception {
        try (Options options = new Options().setCreateIfMissing(true);
                WriteOptions synced = new WriteOptions().setSync(true);
                RocksDB db = RocksDB.open(options, path.toString())) {
            long writes = 0;
            for (long end = System.nanoTime() + nanos; System.nanoTime() < end; writes++) {
                db.put(synced, bytes("key" + writes), new byte[100]);
            }
            return writes;
        }
    }

    private static long engine(StorageEngine engine, int threads, long nanos) throws Exception {
        AtomicLong writes = new AtomicLong();
        long end = System.nanoTime() + nanos;
        List<Thread> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            String prefix = "key" + t + "-";
            Thread thread = new Thread(() -> {
                for (int i = 0; System.nanoTime() < end; i++) {
                    WriteBatch batch = new WriteBatch().put(Space.RECORDS, bytes(prefix + i), new byte[100]);
                    Engines.write(engine, batch, Durability.SYNC);
                    writes.incrementAndGet();
                }
            });
            thread.start();
            running.add(thread);
        }
        for (Thread thread : running) {
            thread.join();
        }
        return writes.get();
    }

    private static void print(int round, String what, long writes, long nanos, long groups) {
        String line = "round %d  %-24s %8.0f writes/s  %6.1f writes per group%n";
        System.out.printf(
                Locale.ROOT, line, round, what, writes * 1e9 / nanos, groups == 0 ? 1.0 : (double) writes / groups);
    }
}
