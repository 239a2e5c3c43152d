package io.dynamo.examples.benchmarks;

import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.replica.StoredKey;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
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

/**
 * The record codec: the bytes of a version set as an engine keeps them, with checksum and own actor. Core does not show it
 * to others; constant method handles reach it, and cost nothing once compiled.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RecordBenchmark {

    private static final MethodHandle RECORD;
    private static final MethodHandle ENCODE;
    private static final MethodHandle DECODE;

    static {
        try {
            Class<?> record = Class.forName("io.dynamo.core.replica.Held");
            Class<?> codec = Class.forName("io.dynamo.core.replica.RecordCodec");
            MethodHandles.Lookup inside = MethodHandles.privateLookupIn(record, MethodHandles.lookup());
            RECORD = inside.findConstructor(record, MethodType.methodType(void.class, VersionSet.class, Actor.class))
                    .asType(MethodType.methodType(Object.class, VersionSet.class, Actor.class));
            ENCODE = inside.findStatic(codec, "encode", MethodType.methodType(byte[].class, record))
                    .asType(MethodType.methodType(byte[].class, Object.class));
            DECODE = inside.findStatic(codec, "decode", MethodType.methodType(record, StoredKey.class, byte[].class))
                    .asType(MethodType.methodType(Object.class, StoredKey.class, byte[].class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final StoredKey key = StoredKey.of("bench", "user1".getBytes(StandardCharsets.UTF_8), 256);
    private final VersionSet held = Samples.quiet();
    private final Actor own = Samples.actor(3);
    private final Object record;
    private final byte[] bytes;

    /** Makes the record that is encoded and decoded. */
    public RecordBenchmark() {
        try {
            record = (Object) RECORD.invokeExact(held, own);
            bytes = (byte[]) ENCODE.invokeExact(record);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Of a set whose own bytes are known, as they are once it was sent. */
    @Benchmark
    public byte[] encode() throws Throwable {
        return (byte[]) ENCODE.invokeExact(record);
    }

    /** What a write pays: the new set, its bytes, and the record around them. */
    @Benchmark
    public byte[] writeAndEncode() throws Throwable {
        VersionSet written = held.write(held.context(), Samples.version(3, 10));
        return (byte[]) ENCODE.invokeExact((Object) RECORD.invokeExact(written, own));
    }

    /** What a read pays, the checksum included. */
    @Benchmark
    public Object decode() throws Throwable {
        return (Object) DECODE.invokeExact(key, bytes);
    }
}
