package io.dynamo.examples.benchmarks;

import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.causality.VersionSetCodec;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Merge of version sets and the record codec. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CausalityBenchmark {

    private final VersionSet held = Samples.quiet();
    private final VersionSet same = VersionSetCodec.decode(held.encoded());
    private final VersionSet newer = Samples.writtenBy(1);
    private final VersionSet other = Samples.writtenBy(2);
    private final byte[] bytes = held.encoded();

    @Benchmark
    public VersionSet mergeEqual() {
        return held.merge(same);
    }

    @Benchmark
    public VersionSet mergeNewer() {
        return held.merge(newer);
    }

    @Benchmark
    public VersionSet mergeConcurrent() {
        return newer.merge(other);
    }

    @Benchmark
    public VersionSet writeAndEncode() {
        VersionSet written = held.write(held.context(), Samples.version(1, 8));
        written.encoded();
        return written;
    }

    @Benchmark
    public VersionSet blindWrite() {
        return held.write(CausalContext.EMPTY, Samples.version(1, 8));
    }

    @Benchmark
    public VersionSet decode() {
        return VersionSetCodec.decode(bytes);
    }
}
