package io.dynamo.examples.benchmarks;

import io.dynamo.api.AsyncStore;
import io.dynamo.api.Codec;
import io.dynamo.api.Context;
import io.dynamo.api.DynamoConfig;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.LocalCluster;
import io.dynamo.api.Reconciler;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * Fig. 5 of the paper, in its shape: what the slowest thousandth of puts and gets take, over time, by what an acknowledgement
 * means. Three nodes in this JVM, each with RocksDB on this machine's disk and the in-process transport, N=3 R=W=2; one steady
 * load, of as many puts as gets, on four stores in turns, so that what else the machine does meets all of them. Each operation
 * is due at its time, whether or not earlier ones are done, and its latency counts from then.
 */
public final class DurabilityFigures {

    private static final List<String> STORES = List.of("sync", "buffered", "one-of-n", "write-buffer");

    private static final int KEYS = 2_000;
    private static final int VALUE_BYTES = 1_000;
    private static final long HIGHEST_NANOS = 60_000_000_000L;
    private static final int DIGITS = 3;

    private final List<AsyncStore<String>> stores = new ArrayList<>();
    private final Map<String, Context> contexts;
    private final Recorder puts = new Recorder(HIGHEST_NANOS, DIGITS);
    private final Recorder gets = new Recorder(HIGHEST_NANOS, DIGITS);
    private final AtomicLong open = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final SplittableRandom random = new SplittableRandom(5);
    private final String value = "v".repeat(VALUE_BYTES);
    private final long gapNanos;

    private DurabilityFigures(Map<String, Context> contexts, int perSecond) {
        this.contexts = contexts;
        this.gapNanos = 1_000_000_000L / perSecond;
    }

    /**
     * Measures, and writes a row for each turn and kind of operation.
     *
     * @param args the table to be written as CSV; and then, if not as usual: operations a second (500), seconds of a turn (5),
     *     turns of each store (10)
     * @throws IOException if the table or the data directory cannot be written
     */
    public static void main(String[] args) throws IOException {
        int perSecond = args.length > 1 ? Integer.parseInt(args[1]) : 500;
        int seconds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
        int turns = args.length > 3 ? Integer.parseInt(args[3]) : 10;
        Path data = Files.createTempDirectory(Path.of("").toAbsolutePath(), "durability-");
        try (LocalCluster cluster = DynamoNode.local(3, config(data));
                PrintWriter table = new PrintWriter(Files.newBufferedWriter(Path.of(args[0])))) {
            table.println("store,turn,operation,count,p50_ms,p99_ms,p999_ms,max_ms,failed");
            Map<String, Map<String, Context>> contexts = new LinkedHashMap<>();
            for (int turn = -1; turn < turns; turn++) {
                for (String store : order(turn)) {
                    new DurabilityFigures(
                                    contexts.computeIfAbsent(store, ignored -> new ConcurrentHashMap<>()), perSecond)
                            .measure(cluster, store, turn, seconds, table);
                }
            }
        } finally {
            delete(data);
        }
    }

    private static DynamoConfig config(Path data) {
        return DynamoConfig.empty()
                .with("storage.engine", "rocksdb")
                .with("storage.rocksdb.path", data.toString())
                .with("stores.sync.durability", "sync")
                .with("stores.buffered.durability", "buffered")
                .with("stores.one-of-n.durability", "one-of-n")
                .with("stores.write-buffer.durability", "buffered")
                .with("stores.write-buffer.write-buffer", 1_000);
    }

    /** Each store comes first as often as any other. */
    private static List<String> order(int turn) {
        List<String> order = new ArrayList<>(STORES);
        Collections.rotate(order, turn);
        return order;
    }

    /** Turn -1 warms up, and is not written down. */
    private void measure(LocalCluster cluster, String store, int turn, int seconds, PrintWriter table) {
        for (String id : List.of("a", "b", "c")) {
            stores.add(cluster.node(id)
                    .store(store, Codec.utf8(), Reconciler.<String>siblings())
                    .async());
        }
        long start = System.nanoTime();
        long end = start + seconds * 1_000_000_000L;
        for (long due = start; due < end; due += gapNanos) {
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            operate(due);
        }
        while (open.get() > 0) {
            LockSupport.parkNanos(1_000_000);
        }
        if (turn >= 0) {
            row(table, store, turn, "put", puts.getIntervalHistogram());
            row(table, store, turn, "get", gets.getIntervalHistogram());
            table.flush();
        }
    }

    private void operate(long due) {
        AsyncStore<String> store = stores.get(random.nextInt(stores.size()));
        String key = "key-" + random.nextInt(KEYS);
        open.incrementAndGet();
        if (random.nextBoolean()) {
            var unused = store.get(key).whenComplete((read, failure) -> done(gets, due, failure));
        } else {
            // What was written last has been seen: else siblings would pile up.
            Context seen = contexts.getOrDefault(key, Context.none());
            var unused = store.put(key, value, seen).whenComplete((written, failure) -> {
                if (written != null) {
                    contexts.put(key, written.context());
                }
                done(puts, due, failure);
            });
        }
    }

    private void done(Recorder recorder, long since, @Nullable Throwable failure) {
        if (failure == null) {
            recorder.recordValue(Math.min(HIGHEST_NANOS, System.nanoTime() - since));
        } else {
            failed.incrementAndGet();
        }
        open.decrementAndGet();
    }

    private void row(PrintWriter table, String store, int turn, String operation, Histogram seen) {
        String row = String.format(
                Locale.ROOT,
                "%s,%d,%s,%d,%.3f,%.3f,%.3f,%.3f,%d",
                store,
                turn,
                operation,
                seen.getTotalCount(),
                seen.getValueAtPercentile(50) / 1e6,
                seen.getValueAtPercentile(99) / 1e6,
                seen.getValueAtPercentile(99.9) / 1e6,
                seen.getMaxValue() / 1e6,
                failed.get());
        table.println(row);
        System.out.println(row);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
