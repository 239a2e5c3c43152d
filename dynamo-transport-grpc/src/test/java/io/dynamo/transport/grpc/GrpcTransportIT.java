package io.dynamo.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.spi.Address;
import io.dynamo.spi.Frame;
import io.dynamo.spi.TransportProvider.Identity;
import io.dynamo.transport.grpc.proto.PipeGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GrpcTransportIT {

    @Test
    void peer_ofAnotherCluster_isRefusedAndBothSidesSayWhyOnce() {
        try (CapturedLog log = new CapturedLog();
                GrpcTransport red = GrpcTransports.open("red", "a");
                GrpcTransport blue = GrpcTransports.open("blue", "b")) {
            Traffic traffic = new Traffic();
            red.start(frame -> {});
            Address to = blue.start(traffic);
            traffic.neverArrivesFrom(red, to, () -> log.warnings().size() >= 2);
            assertThat(log.warnings()).hasSize(2);
            assertThat(log.warnings())
                    .anySatisfy(line -> assertThat(line)
                            .startsWith(
                                    "node b refuses node a: it belongs to cluster \"red\", node b to cluster \"blue\""))
                    .anySatisfy(line -> assertThat(line)
                            .startsWith("node a has no stream to " + to)
                            .contains("cluster \"red\""));
        }
    }

    @Test
    void peer_ofAnotherProtocol_isRefusedAndBothSidesSayWhyOnce() {
        try (CapturedLog log = new CapturedLog();
                GrpcTransport next = new GrpcTransport(GrpcTransports.settings(), new Identity("red", "a"), 2);
                GrpcTransport now = GrpcTransports.open("red", "b")) {
            Traffic traffic = new Traffic();
            next.start(frame -> {});
            Address to = now.start(traffic);
            traffic.neverArrivesFrom(next, to, () -> log.warnings().size() >= 2);
            assertThat(log.warnings())
                    .hasSize(2)
                    .allSatisfy(line -> assertThat(line).contains("it speaks transport protocol 2, node b speaks 1"));
        }
    }

    @Test
    void start_onATakenPort_saysWhich() throws IOException {
        try (GrpcTransport first = GrpcTransports.open("red", "a")) {
            Address taken = first.start(frame -> {});
            try (GrpcTransport second = GrpcTransports.open("red", "b", "port", Integer.toString(taken.port()))) {
                assertThatThrownBy(() -> second.start(frame -> {}))
                        .hasMessageContaining("cannot listen on " + taken)
                        .hasMessageContaining("in use");
            }
        }
    }

    @Test
    void send_toAStalledReceiver_isBoundedInBytes() throws Exception {
        CountDownLatch stalled = new CountDownLatch(1);
        try (GrpcTransport from = GrpcTransports.open("red", "a", "queue-bytes", "1MiB", "max-frame", "64KiB");
                GrpcTransport slow = GrpcTransports.open("red", "b", "max-frame", "64KiB")) {
            from.start(frame -> {});
            Address to = slow.start(frame -> {
                try {
                    stalled.await(30, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            byte[] frame = new byte[16 << 10];
            long accepted = 0;
            long lastAccepted = System.nanoTime();
            while (System.nanoTime() - lastAccepted < TimeUnit.MILLISECONDS.toNanos(700)) {
                if (from.send(to, Frame.of(frame))) {
                    accepted += frame.length;
                    lastAccepted = System.nanoTime();
                } else {
                    Thread.sleep(5);
                }
            }
            // Our queue, the window of the stream, and what gRPC holds unwritten; but for ever no more.
            assertThat(accepted).isBetween(1L << 20, 4L << 20);
            stalled.countDown();
        }
    }

    @Test
    void close_whileAReceiverBlocks_returnsWithinASecondOrSo() throws Exception {
        CountDownLatch received = new CountDownLatch(1);
        CountDownLatch stalled = new CountDownLatch(1);
        GrpcTransport slow = GrpcTransports.open("red", "b");
        try (GrpcTransport from = GrpcTransports.open("red", "a")) {
            from.start(frame -> {});
            Address to = slow.start(frame -> {
                received.countDown();
                try {
                    stalled.await(30, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            from.send(to, Frame.of(new byte[1]));
            assertThat(received.await(10, TimeUnit.SECONDS)).isTrue();
            long start = System.nanoTime();
            slow.close();
            assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(3));
        } finally {
            stalled.countDown();
        }
    }

    @Test
    void close_byTheReceiverItself_endsTheTransport() throws Exception {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        try (GrpcTransport from = GrpcTransports.open("red", "a");
                GrpcTransport closing = GrpcTransports.open("red", "b")) {
            from.start(frame -> {});
            Address to = closing.start(frame -> {
                closing.close();
                closed.complete(null);
            });
            from.send(to, Frame.of(new byte[1]));
            closed.get(10, TimeUnit.SECONDS);
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> {
                try (GrpcTransport next = GrpcTransports.open("red", "c", "port", Integer.toString(to.port()))) {
                    next.start(frame -> {});
                    return true;
                } catch (java.io.UncheckedIOException e) {
                    return false;
                }
            });
        }
    }

    @Test
    void receiver_thatThrows_isReachedAgain() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        Traffic traffic = new Traffic();
        try (GrpcTransport from = GrpcTransports.open("red", "a");
                GrpcTransport to = GrpcTransports.open("red", "b")) {
            from.start(frame -> {});
            Address address = to.start(frame -> {
                if (calls.incrementAndGet() == 1) {
                    throw new IllegalStateException("planted");
                }
                traffic.receive(frame);
            });
            traffic.arrivesFrom(from, address);
            assertThat(calls.get()).isGreaterThan(1);
        }
    }

    @Test
    void frames_areDeliveredByTheEventLoop_withoutAHandOff() throws Exception {
        CompletableFuture<String> thread = new CompletableFuture<>();
        try (GrpcTransport from = GrpcTransports.open("red", "a");
                GrpcTransport to = GrpcTransports.open("red", "b")) {
            from.start(frame -> {});
            Address address =
                    to.start(frame -> thread.complete(Thread.currentThread().getName()));
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> {
                from.send(address, Frame.of(new byte[1]));
                return thread.isDone();
            });
            assertThat(thread.join()).matches("dynamo-grpc-b-\\d+-\\d+");
        }
    }

    @Test
    void strangers_onThePort_doNotDisturbPeers() throws Exception {
        Traffic traffic = new Traffic();
        try (GrpcTransport from = GrpcTransports.open("red", "a");
                GrpcTransport to = GrpcTransports.open("red", "b")) {
            from.start(frame -> {});
            Address address = to.start(traffic);
            Random random = new Random(7);
            for (int i = 0; i < 60; i++) {
                byte[] bytes = new byte[random.nextInt(4_000) + 1];
                random.nextBytes(bytes);
                byte[] http = "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
                knock(address, i % 3 == 0 ? http : bytes);
            }
            traffic.arrivesFrom(from, address);
        }
    }

    @Test
    void batch_thatIsMalformed_endsItsStreamWithAReasonAndDeliversNothing() throws Exception {
        Traffic traffic = new Traffic();
        try (CapturedLog log = new CapturedLog();
                GrpcTransport to = GrpcTransports.open("red", "b")) {
            Address address = to.start(traffic);
            ManagedChannel channel = NettyChannelBuilder.forAddress(address.host(), address.port())
                    .usePlaintext()
                    .build();
            try {
                Status status = sendRaw(channel, new byte[] {0x0A, 1, 7, 0x0A, 99});
                assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
                assertThat(status.getDescription()).contains("a frame of 99 bytes");
                assertThat(traffic.count()).isZero();
                assertThat(log.warnings()).singleElement().asString().contains("node b ends the stream of node x");
            } finally {
                channel.shutdownNow();
            }
        }
    }

    @Test
    void message_largerThanTheFramesOfThisNode_endsItsStreamUnread() throws Exception {
        Traffic traffic = new Traffic();
        try (GrpcTransport from = GrpcTransports.open("red", "a");
                GrpcTransport to = GrpcTransports.open("red", "b", "max-frame", "64KiB")) {
            from.start(frame -> {});
            Address address = to.start(traffic);
            ManagedChannel channel = NettyChannelBuilder.forAddress(address.host(), address.port())
                    .usePlaintext()
                    .build();
            try {
                Status status = sendRaw(channel, new byte[1 << 20]);
                assertThat(status.getCode()).isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.CANCELLED);
                assertThat(traffic.count()).isZero();
            } finally {
                channel.shutdownNow();
            }
            traffic.arrivesFrom(from, address);
        }
    }

    /** Sends one message of these bytes on the pipe, as node x, and waits for the end of the call. */
    private static Status sendRaw(ManagedChannel channel, byte[] message) throws Exception {
        MethodDescriptor<byte[], byte[]> raw =
                PipeGrpc.getFramesMethod().toBuilder(new Raw(), new Raw()).build();
        ClientCall<byte[], byte[]> call = channel.newCall(raw, CallOptions.DEFAULT);
        CompletableFuture<Status> ended = new CompletableFuture<>();
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        ended.complete(status);
                    }
                },
                Pipe.introduce(new Identity("red", "x"), Pipe.PROTOCOL));
        call.sendMessage(message);
        return ended.get(10, TimeUnit.SECONDS);
    }

    private static final class Raw implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new AssertionError("nothing is answered");
        }
    }

    @Test
    void names_areLookedUpAwayFromTheEventLoop() throws Exception {
        Traffic traffic = new Traffic();
        try (GrpcTransport from = GrpcTransports.open("red", "a");
                GrpcTransport to = GrpcTransports.open("red", "b")) {
            from.start(frame -> {});
            Address address = to.start(traffic);
            traffic.arrivesFrom(from, new Address("localhost", address.port()));
            for (String nowhere : List.of("no-such-host.invalid", "not an address")) {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> !from.send(new Address(nowhere, address.port()), Frame.of(new byte[1])));
            }
            traffic.arrivesFrom(from, address);
        }
    }

    private static void knock(Address address, byte[] bytes) throws IOException {
        try (Socket socket = new Socket(address.host(), address.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
        } catch (java.net.SocketException e) {
            // The server hung up on us; that is its right.
        }
    }

    @Test
    void transports_openedAndClosedAgain_leaveNoThreadAndNoDescriptor() throws Exception {
        openAndClose(5);
        int threads = Thread.activeCount();
        long descriptors = descriptors();
        openAndClose(50);
        Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().startsWith("dynamo-grpc-"));
            assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 2);
            assertThat(descriptors()).isLessThanOrEqualTo(descriptors + 5);
        });
    }

    private static void openAndClose(int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            GrpcTransport a = GrpcTransports.open("red", "a");
            GrpcTransport b = GrpcTransports.open("red", "b");
            Traffic traffic = new Traffic();
            a.start(frame -> {});
            traffic.arrivesFrom(a, b.start(traffic));
            long start = System.nanoTime();
            a.close();
            b.close();
            assertThat(System.nanoTime() - start)
                    .as("nanoseconds to close both")
                    .isLessThan(TimeUnit.SECONDS.toNanos(2));
        }
    }

    private static long descriptors() throws IOException {
        Path open = Path.of("/proc/self/fd");
        if (!Files.isDirectory(open)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(open)) {
            return files.count();
        }
    }

    @Test
    void server_answersHealthAndReflection() throws Exception {
        try (GrpcTransport node = GrpcTransports.open("red", "a")) {
            Address address = node.start(frame -> {});
            ManagedChannel channel = NettyChannelBuilder.forAddress(address.host(), address.port())
                    .usePlaintext()
                    .build();
            try {
                assertThat(HealthGrpc.newBlockingStub(channel)
                                .check(HealthCheckRequest.getDefaultInstance())
                                .getStatus())
                        .isEqualTo(ServingStatus.SERVING);
                assertThat(services(channel)).contains("dynamo.internal.v1.Pipe", "grpc.health.v1.Health");
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private static List<String> services(ManagedChannel channel) throws Exception {
        CompletableFuture<List<String>> names = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> ask = ServerReflectionGrpc.newStub(channel)
                .serverReflectionInfo(new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse answer) {
                        List<String> found = new ArrayList<>();
                        answer.getListServicesResponse()
                                .getServiceList()
                                .forEach(service -> found.add(service.getName()));
                        names.complete(found);
                    }

                    @Override
                    public void onError(Throwable error) {
                        names.completeExceptionally(error);
                    }

                    @Override
                    public void onCompleted() {}
                });
        ask.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        return names.get(10, TimeUnit.SECONDS);
    }
}
