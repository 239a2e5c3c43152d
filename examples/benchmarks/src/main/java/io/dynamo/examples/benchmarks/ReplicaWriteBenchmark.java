package io.dynamo.examples.benchmarks;

import io.dynamo.api.DynamoConfig.Setting;
import io.dynamo.api.Plugins;
import io.dynamo.api.WriteId;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.replica.Holding;
import io.dynamo.core.replica.Incarnations;
import io.dynamo.core.replica.Keeping;
import io.dynamo.core.replica.Replica;
import io.dynamo.core.replica.ReplicaParts;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.runtime.Lane;
import io.dynamo.core.runtime.SystemRuntime;
import io.dynamo.core.storage.MemoryStorageProvider;
import io.dynamo.spi.Durability;
import io.dynamo.spi.PluginConfig;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Read, merge, mint and commit of 1 KiB on one replica, from one thread that waits for each commit. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up first
public class ReplicaWriteBenchmark {

    private static final int KEYS = 10_000;
    private static final int PARTITIONS = 256;

    /** Which engine, and what its acknowledgement means. */
    @Param({"memory", "rocksdb-buffered", "rocksdb-sync"})
    public String storage = "memory";

    private final StoredKey[] keys = new StoredKey[KEYS];
    private final SystemRuntime runtime = new SystemRuntime("benchmark");
    private Durability durability = Durability.BUFFERED;
    private int next;
    private StorageEngine engine;
    private Replica replica;
    private Lane lane;

    /** Opens a fresh engine. */
    @Setup
    public void open() throws IOException, InterruptedException {
        for (int i = 0; i < KEYS; i++) {
            keys[i] = StoredKey.of("bench", ("user" + i).getBytes(StandardCharsets.UTF_8), PARTITIONS);
        }
        durability = storage.endsWith("sync") ? Durability.SYNC : Durability.BUFFERED;
        Path directory = Files.createTempDirectory("replica-write");
        Map<String, Setting> settings = storage.equals("memory")
                ? Map.of()
                : Map.of("path", new Setting(directory.resolve("db").toString(), "benchmark"));
        String name = storage.equals("memory") ? "memory" : "rocksdb";
        StorageProvider provider = name.equals("memory")
                ? new MemoryStorageProvider()
                : Plugins.load(StorageProvider.class)
                        .filter(found -> found.name().equals(name))
                        .findFirst()
                        .orElseThrow();
        engine = provider.configure(new PluginConfig("storage." + name, settings))
                .open();
        Incarnations incarnations = new Incarnations(runtime, engine, new byte[16]);
        CountDownLatch started = new CountDownLatch(1);
        incarnations.start(failure -> started.countDown());
        started.await();
        replica = new ReplicaParts(runtime, engine, incarnations, new ReplicaParts.Limits(64 << 20, false, 60_000))
                .replica(0);
        lane = new Lane(runtime, replica::commitStaged, failure -> {
            throw new IllegalStateException(failure);
        });
        replica.confineTo(lane);
    }

    /** Gives everything back. */
    @TearDown
    public void close() {
        engine.close();
        runtime.close();
    }

    @Benchmark
    public void write() throws InterruptedException {
        int number = next++;
        StoredKey key = keys[number % KEYS];
        CountDownLatch done = new CountDownLatch(1);
        Replica.Mint mint = new Replica.Mint(
                new WriteId(runtime.wallMillis(), number), CausalContext.EMPTY, 0, Samples.VALUE, 0, false);
        Keeping keeping = new Keeping(durability, true);
        lane.executeOwn(() -> replica.mint(key, mint, keeping, Holding.OWNER, failure -> done.countDown()));
        done.await();
    }
}
