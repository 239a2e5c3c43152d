package io.dynamo.examples.benchmarks;

import io.dynamo.api.AsyncStore;
import io.dynamo.api.Codec;
import io.dynamo.api.Context;
import io.dynamo.api.DynamoConfig;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.LocalCluster;
import io.dynamo.api.Reconciler;
import io.dynamo.api.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * What requests take while a node that has missed very many writes heals, beside what they take in quiet, in turns in one run, as a
 * machine is not the same for minutes: three nodes over gRPC with RocksDB in this process, half gets and half puts of 1 KiB at a
 * steady rate, each measured from the time it was due (Dynamo §6.5).
 */
public final class HealingLoad {

    private static final int KEYS = 10_000;
    private static final int VALUE_BYTES = 1_024;
    private static final int WINDOW = 256;
    private static final int WARM_SECONDS = 60;
    private static final int QUIET_SECONDS = 30;
    private static final int HEALING_SECONDS_MAX = 240;

    private final LocalCluster cluster;
    private final AsyncStore<byte[]> store;
    private final long betweenNanos;
    private final byte[] value = new byte[VALUE_BYTES];
    private final Recorder gets = new Recorder(3);
    private final Recorder puts = new Recorder(3);
    private long sent;
    private final AtomicLong failed = new AtomicLong();

    private HealingLoad(LocalCluster cluster, int perSecond) {
        this.cluster = cluster;
        this.store = store("a");
        this.betweenNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    private AsyncStore<byte[]> store(String node) {
        return cluster.node(node)
                .store("load", Codec.bytes(), Reconciler.lastWriteWins())
                .async();
    }

    /**
     * Prints a line for each phase, as CSV, and one for each second on the other output.
     *
     * @param args how many writes are missed (100000), how many requests a second there are (500), and how many times a node heals (3)
     * @throws Exception if a directory cannot be made, or the thread is interrupted
     */
    public static void main(String[] args) throws Exception {
        int missed = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
        int perSecond = args.length > 1 ? Integer.parseInt(args[1]) : 500;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 3;
        Path directory = Files.createTempDirectory("healing");
        DynamoConfig config = DynamoConfig.empty()
                .with("storage.engine", "rocksdb")
                .with("storage.rocksdb.path", directory.toString())
                .with("transport.type", "grpc")
                .with("stores.load.mode", "lww");
        try (LocalCluster cluster = DynamoNode.local(3, config)) {
            System.out.println("phase,seconds,requests,failed,p50_us,p99_us,p999_us,share,left");
            new HealingLoad(cluster, perSecond).run(missed, rounds);
        } finally {
            delete(directory);
        }
    }

    private void run(int missed, int rounds) throws InterruptedException {
        phase("warm", WARM_SECONDS, () -> false);
        // What heals has to be warm as well.
        heal("rehearsal", missed / 4);
        phase("compared", QUIET_SECONDS, () -> false);
        double[] ratios = new double[rounds];
        long quiet = phase("quiet", QUIET_SECONDS, () -> false);
        for (int round = 0; round < rounds; round++) {
            long healing = heal("healing", missed);
            phase("compared", QUIET_SECONDS, () -> false);
            long quietAgain = phase("quiet", QUIET_SECONDS, () -> false);
            ratios[round] = 2.0 * healing / (quiet + quietAgain);
            quiet = quietAgain;
        }
        Arrays.sort(ratios);
        System.out.printf(
                Locale.ROOT,
                "p99 while it heals to that of quiet before and after it: %.2f (%.2f to %.2f)%n",
                ratios[rounds / 2],
                ratios[0],
                ratios[rounds - 1]);
    }

    private long heal(String name, int missed) throws InterruptedException {
        cluster.kill("c");
        write(missed);
        System.err.println("c has missed " + missed + " writes");
        // Long enough for what the burst itself has left to do: flushing, compaction.
        phase("down", QUIET_SECONDS, () -> false);
        cluster.restart("c");
        return phase(name, HEALING_SECONDS_MAX, () -> left() == 0);
    }

    private void write(int missed) throws InterruptedException {
        Semaphore window = new Semaphore(WINDOW);
        for (int i = 0; i < missed; i++) {
            window.acquire();
            var unused =
                    store.put("missed" + i, value, Context.none()).whenComplete((done, failure) -> window.release());
        }
        window.acquire(WINDOW);
    }

    /** What the others keep for c, or owe it. */
    private long left() {
        return Stream.of("a", "b")
                .flatMap(node -> cluster.node(node).status().work().stream())
                .filter(work -> work.kind() == Status.Kind.HANDOFF)
                .mapToLong(Status.Work::left)
                .sum();
    }

    /** Sends requests until the time is over, or it is done; p99 in microseconds. */
    private long phase(String name, int secondsMax, BooleanSupplier isDone) {
        gets.reset();
        puts.reset();
        failed.set(0);
        Histogram all = new Histogram(3);
        long start = System.nanoTime();
        long due = start;
        long looked = start;
        long first = sent;
        double share = 1;
        while (due - start < TimeUnit.SECONDS.toNanos(secondsMax)) {
            if (due - looked > TimeUnit.SECONDS.toNanos(1)) {
                looked = due;
                share = Math.min(share, second(name, all));
                if (isDone.getAsBoolean()) {
                    break;
                }
            }
            while (System.nanoTime() - due < 0) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            send(due);
            due += betweenNanos;
        }
        all.add(gets.getIntervalHistogram());
        all.add(puts.getIntervalHistogram());
        System.out.printf(
                Locale.ROOT,
                "%s,%d,%d,%d,%d,%d,%d,%.3f,%d%n",
                name,
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start),
                sent - first,
                failed.get(),
                all.getValueAtPercentile(50),
                all.getValueAtPercentile(99),
                all.getValueAtPercentile(99.9),
                share,
                left());
        return all.getValueAtPercentile(99);
    }

    /** Shows what a second was like, and adds it to the others; the share of the background there is now. */
    private double second(String name, Histogram all) {
        Histogram read = gets.getIntervalHistogram();
        Histogram written = puts.getIntervalHistogram();
        all.add(read);
        all.add(written);
        Status status = cluster.node("a").status();
        System.err.printf(
                Locale.ROOT,
                "%s: gets p50 %d, p99 %d, longest %d us; puts p50 %d, p99 %d, longest %d us; share %.3f by p99 %d us (quiet %d), %d left%n",
                name,
                read.getValueAtPercentile(50),
                read.getValueAtPercentile(99),
                read.getMaxValue(),
                written.getValueAtPercentile(50),
                written.getValueAtPercentile(99),
                written.getMaxValue(),
                status.share(),
                micros(status.p99()),
                micros(status.quietP99()),
                left());
        return status.share();
    }

    private static long micros(Optional<Duration> time) {
        return TimeUnit.NANOSECONDS.toMicros(time.orElse(Duration.ZERO).toNanos());
    }

    private void send(long dueNanos) {
        String key = "key" + sent / 2 * 7_919 % KEYS;
        boolean isGet = sent++ % 2 == 0;
        CompletionStage<?> request = isGet ? store.get(key) : store.put(key, value, Context.none());
        var unused = request.whenComplete((done, failure) -> {
            if (failure != null) {
                failed.incrementAndGet();
            }
            (isGet ? gets : puts).recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - dueNanos));
        });
    }

    private static void delete(Path directory) throws java.io.IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        }
    }
}
