package io.dynamo.transport.grpc;

import io.dynamo.spi.Address;
import io.dynamo.spi.Frame;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * What an echo of 1 KiB costs: CPU of both processes, over our transport and over a plain pipelined gRPC stream, in one run.
 * Run {@code main} by hand with the test class path; it starts its own second process. Argument: seconds per case. The
 * system properties {@code cases} (plain, ours: the next frame leaves from the event loop, threads: each from a thread that
 * waits for its answer), {@code outstanding} and {@code io-threads} narrow it down.
 */
final class EchoBenchmark {

    private static final PrintStream OUT = System.out;
    private static final int BYTES = 1_024;
    private static final MethodDescriptor<byte[], byte[]> PLAIN = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName("bench.Echo/Bidi")
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();

    private EchoBenchmark() {}

    public static void main(String[] args) throws Exception {
        if (args.length > 0 && args[0].equals("server")) {
            serve(args[1]);
            return;
        }
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 4;
        String threads = System.getProperty("io-threads", "1");
        Process other = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EchoBenchmark.class.getName(),
                        "server",
                        threads)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8));
            String[] ports = out.readLine().split(" ");
            run(seconds, threads, other.toHandle(), Integer.parseInt(ports[0]), Integer.parseInt(ports[1]));
        } finally {
            other.destroy();
        }
    }

    private static void run(int seconds, String threads, ProcessHandle other, int ours, int plain) throws Exception {
        OUT.println("case, outstanding, echoes/s, CPU us/echo (both ends)");
        try (GrpcTransport transport = GrpcTransports.open("bench", "client", "io-threads", threads)) {
            OursCase echo = new OursCase(transport, new Address("127.0.0.1", ours));
            CallersCase callers = new CallersCase(transport, echo.to, echo);
            PlainCase bidi = new PlainCase(plain);
            for (Case one : new Case[] {bidi, echo, callers, bidi, echo, callers}) {
                one.run(32, 2); // compile first
            }
            for (int outstanding : Stream.of(
                            System.getProperty("outstanding", "1,8,32,128").split(","))
                    .mapToInt(Integer::parseInt)
                    .toArray()) {
                for (String name :
                        System.getProperty("cases", "plain,ours,threads").split(",")) {
                    Case one = name.equals("plain") ? bidi : name.equals("ours") ? echo : callers;
                    one.run(outstanding, 1);
                    double before = cpuSeconds(other);
                    long start = System.nanoTime();
                    long count = one.run(outstanding, seconds);
                    double took = (System.nanoTime() - start) / 1e9;
                    double cpu = cpuSeconds(other) - before;
                    OUT.printf(Locale.ROOT, "%s, %d, %.0f, %.1f%n", name, outstanding, count / took, cpu * 1e6 / count);
                }
            }
        }
    }

    private static double cpuSeconds(ProcessHandle other) {
        return (other.info().totalCpuDuration().orElseThrow().toNanos()
                        + ProcessHandle.current()
                                .info()
                                .totalCpuDuration()
                                .orElseThrow()
                                .toNanos())
                / 1e9;
    }

    private interface Case {
        long run(int outstanding, int seconds) throws Exception;
    }

    /** Frames of ours: 4 bytes for the port to answer to, 4 for the number of the asking thread, and padding. */
    private static byte[] frame(int port, int number) {
        return ByteBuffer.allocate(BYTES).putInt(port).putInt(number).array();
    }

    /** Each answer sends the next frame, from the event loop. */
    private static final class OursCase implements Case {
        private final GrpcTransport transport;
        private final Address to;
        private final int port;
        private final LongAdder count = new LongAdder();
        private volatile CountDownLatch done = new CountDownLatch(0);
        private volatile long end;
        private volatile Semaphore[] callers = new Semaphore[0];

        OursCase(GrpcTransport transport, Address to) {
            this.transport = transport;
            this.to = to;
            this.port = transport.start(this::receive).port();
        }

        private void receive(Frame frame) {
            int number = ByteBuffer.wrap(frame.bytes()).getInt(4);
            if (number >= 0) {
                callers[number].release();
                return;
            }
            count.increment();
            if (System.nanoTime() < end) {
                transport.send(to, frame);
            } else {
                done.countDown();
            }
        }

        @Override
        public long run(int outstanding, int seconds) throws InterruptedException {
            done = new CountDownLatch(outstanding);
            end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            count.reset();
            for (int i = 0; i < outstanding; i++) {
                transport.send(to, Frame.of(frame(port, -1)));
            }
            done.await(seconds + 10, TimeUnit.SECONDS);
            return count.sum();
        }
    }

    /** Threads that each send, wait for the answer, and send again, as callers of a blocking get do. */
    private record CallersCase(GrpcTransport transport, Address to, OursCase echo) implements Case {
        @Override
        public long run(int outstanding, int seconds) throws InterruptedException {
            echo.callers = new Semaphore[outstanding];
            LongAdder count = new LongAdder();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            Thread[] threads = new Thread[outstanding];
            for (int i = 0; i < outstanding; i++) {
                int number = i;
                Semaphore answered = new Semaphore(0);
                echo.callers[i] = answered;
                threads[i] = new Thread(() -> {
                    while (System.nanoTime() < end) {
                        transport.send(to, Frame.of(frame(echo.port, number)));
                        answered.acquireUninterruptibly();
                        count.increment();
                    }
                });
            }
            for (Thread thread : threads) {
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            return count.sum();
        }
    }

    /** One pipelined stream with direct executors and nothing else: what gRPC itself costs. */
    private static final class PlainCase implements Case {
        private final ManagedChannel channel;

        PlainCase(int port) {
            channel = NettyChannelBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
                    .usePlaintext()
                    .directExecutor()
                    .build();
        }

        @Override
        public long run(int outstanding, int seconds) throws InterruptedException {
            LongAdder count = new LongAdder();
            CountDownLatch done = new CountDownLatch(1);
            AtomicInteger left = new AtomicInteger(outstanding);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            ClientCall<byte[], byte[]> call = channel.newCall(PLAIN, CallOptions.DEFAULT);
            call.start(
                    new ClientCall.Listener<>() {
                        @Override
                        public void onMessage(byte[] message) {
                            count.increment();
                            call.request(1);
                            if (System.nanoTime() < end) {
                                call.sendMessage(message);
                            } else if (left.decrementAndGet() == 0) {
                                call.halfClose();
                            }
                        }

                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            done.countDown();
                        }
                    },
                    new Metadata());
            call.request(1);
            for (int i = 0; i < outstanding; i++) {
                call.sendMessage(new byte[BYTES]);
            }
            done.await(seconds + 10, TimeUnit.SECONDS);
            return count.sum();
        }
    }

    private static void serve(String threads) throws Exception {
        GrpcTransport transport = GrpcTransports.open("bench", "server", "io-threads", threads);
        int ours = transport
                .start(frame -> transport.send(
                        new Address("127.0.0.1", ByteBuffer.wrap(frame.bytes()).getInt(0)), frame))
                .port();
        Server plain = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                .directExecutor()
                .addService(ServerServiceDefinition.builder("bench.Echo")
                        .addMethod(PLAIN, (call, headers) -> echo(call))
                        .build())
                .build()
                .start();
        OUT.println(ours + " " + plain.getPort());
        plain.awaitTermination();
    }

    private static ServerCall.Listener<byte[]> echo(ServerCall<byte[], byte[]> call) {
        call.sendHeaders(new Metadata());
        call.request(1);
        return new ServerCall.Listener<>() {
            @Override
            public void onMessage(byte[] message) {
                call.sendMessage(message);
                call.request(1);
            }

            @Override
            public void onHalfClose() {
                call.close(Status.OK, new Metadata());
            }
        };
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
