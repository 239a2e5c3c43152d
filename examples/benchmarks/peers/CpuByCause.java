import io.dynamo.api.Codec;
import io.dynamo.api.Context;
import io.dynamo.api.DynamoConfig;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.LocalCluster;
import io.dynamo.api.Reconciler;
import io.dynamo.api.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where the CPU time of a put goes: three nodes over gRPC in this process, threads that put 1 KiB blindly, and the flight
 * recorder's Java samples by cause. A sample belongs to the innermost of its frames that belongs to a cause. It is run from
 * its source, as docs/performance.md says: the gates of the build let nothing of {@code jdk.*} pass.
 */
public final class CpuByCause {

    private record Cause(String name, List<String> prefixes) {}

    // The first that matches: a part of core stands before core.
    private static final List<Cause> CAUSES = List.of(
            new Cause("gRPC and Netty", List.of("io.grpc.", "io.dynamo.transport.grpc.")),
            new Cause(
                    "version sets and records: encode, decode, merge",
                    List.of(
                            "io.dynamo.core.causality.",
                            "io.dynamo.core.replica.RecordCodec",
                            "io.dynamo.core.replica.Held")),
            new Cause("storage engine", List.of("io.dynamo.core.storage.", "io.dynamo.core.KeptStorage")),
            new Cause("protobuf and frame codec", List.of("com.google.protobuf.", "io.dynamo.core.wire.")),
            new Cause(
                    "ring and keys",
                    List.of("io.dynamo.core.ring.", "io.dynamo.core.replica.StoredKey", "sun.security.provider.")),
            new Cause("coordination, lanes, replica", List.of("io.dynamo.core.")));
    private static final String OTHER = "parking, driver, other";

    private static final int KEYS = 100_000;
    private static final byte[] VALUE = new byte[1024];
    private static final Duration WARM_UP = Duration.ofSeconds(60);

    private CpuByCause() {}

    /**
     * Prints the table.
     *
     * @param args seconds to measure, 20 if not given; threads, 32 if not given
     * @throws Exception if the recording cannot be made
     */
    public static void main(String[] args) throws Exception {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 20;
        int threads = args.length > 1 ? Integer.parseInt(args[1]) : 32;
        DynamoConfig config = DynamoConfig.empty()
                .with("transport.type", "grpc")
                .with("stores.bench.mode", "lww")
                .with("request.timeout", "10s");
        Path file = Files.createTempFile("puts", ".jfr");
        try (LocalCluster cluster = DynamoNode.local(3, config)) {
            Store<byte[]> store = cluster.node("a").store("bench", Codec.bytes(), Reconciler.lastWriteWins());
            put(store, threads, WARM_UP);
            measure(store, threads, Duration.ofSeconds(seconds), file);
            print(file);
        } finally {
            Files.delete(file);
        }
    }

    private static void measure(Store<byte[]> store, int threads, Duration time, Path file)
            throws IOException, InterruptedException, ParseException {
        try (Recording recording = new Recording(Configuration.getConfiguration("profile"))) {
            recording.start();
            long[] before = ticks();
            long puts = put(store, threads, time);
            long[] after = ticks();
            recording.stop();
            recording.dump(file);
            long user = after[0] - before[0];
            long system = after[1] - before[1];
            // The kernel counts in hundredths of a second.
            System.out.printf(
                    Locale.ROOT,
                    "%d puts in %d s: %.1f us of CPU per put, %.0f %% of it in the system%n",
                    puts,
                    time.toSeconds(),
                    (user + system) * 10_000.0 / puts,
                    100.0 * system / (user + system));
        }
    }

    private static long put(Store<byte[]> store, int threads, Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        AtomicLong puts = new AtomicLong();
        Thread[] all = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            all[i] = new Thread(() -> {
                while (System.nanoTime() < end) {
                    store.put("user" + ThreadLocalRandom.current().nextInt(KEYS), VALUE, Context.none());
                    puts.incrementAndGet();
                }
            });
            all[i].start();
        }
        for (Thread thread : all) {
            thread.join();
        }
        return puts.get();
    }

    /** User and system time of this process. */
    private static long[] ticks() throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        // The name in brackets may hold blanks; user and system are the 12th and 13th after it.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return new long[] {Long.parseLong(fields[11]), Long.parseLong(fields[12])};
    }

    private static void print(Path file) throws IOException {
        Map<String, Integer> samples = new TreeMap<>();
        int count = 0;
        try (RecordingFile events = new RecordingFile(file)) {
            while (events.hasMoreEvents()) {
                RecordedEvent event = events.readEvent();
                if (event.getEventType().getName().equals("jdk.ExecutionSample")) {
                    samples.merge(causeOf(event), 1, Integer::sum);
                    count++;
                }
            }
        }
        System.out.println(count + " samples");
        int all = Math.max(1, count);
        samples.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .forEach(cause -> System.out.printf(
                        Locale.ROOT, "%3.0f %%  %s%n", 100.0 * cause.getValue() / all, cause.getKey()));
    }

    private static String causeOf(RecordedEvent sample) {
        if (sample.getStackTrace() == null) {
            return OTHER;
        }
        for (RecordedFrame frame : sample.getStackTrace().getFrames()) {
            String type = frame.getMethod().getType().getName();
            Optional<Cause> cause = CAUSES.stream()
                    .filter(known -> known.prefixes().stream().anyMatch(type::startsWith))
                    .findFirst();
            if (cause.isPresent()) {
                return cause.get().name();
            }
        }
        return OTHER;
    }
}
