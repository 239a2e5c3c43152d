package io.dynamo.examples.benchmarks;

import io.dynamo.core.ring.Placement;
import io.dynamo.core.ring.Ring;
import io.dynamo.core.ring.RingMember;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From a key to its preference list. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RingBenchmark {

    private static final int PARTITIONS = 256;

    private final List<RingMember> members = IntStream.range(0, 30)
            .mapToObj(number -> new RingMember("node-" + number, 1, ""))
            .toList();
    private final Placement placement = Placement.of(members, PARTITIONS);
    private final byte[] key = "user6284781860667377211".getBytes(StandardCharsets.UTF_8);

    @Benchmark
    public int[] preferenceListOfKey() {
        return placement.preferenceList(Ring.partition(Ring.position(key), PARTITIONS));
    }

    @Benchmark
    public Placement placeThirtyNodes() {
        return Placement.of(members, PARTITIONS);
    }
}
