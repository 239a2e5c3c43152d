package io.dynamo.spi;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link Transport} must do. Extend it, make transports in {@link #open}, and run it with JUnit 5.
 *
 * <p>A transport may lose frames, so the suite sends again what has not arrived; what it never forgives is a frame that is
 * changed, cut, mixed up or delivered to somebody else.
 */
@Timeout(60)
public abstract class TransportContract {

    /** Larger frames than this are not tried, so that a transport without a limit can be tested too. */
    private static final int LARGEST_TRIED_BYTES = 16 << 20;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final ThreadLocal<Boolean> sending = ThreadLocal.withInitial(() -> false);

    /**
     * Makes a transport that is not yet started.
     *
     * @param cluster transports of different clusters must not reach each other
     * @param node the node's id, unique within its cluster
     * @param port where to listen; 0 lets the transport choose
     * @return the transport; the suite closes it
     */
    protected abstract Transport open(String cluster, String node, int port);

    /**
     * How many frames of 1 KiB a sender may be allowed to queue for a receiver that does not move, before {@code send}
     * must say no.
     *
     * @return more than the configured limits and all buffers below them
     */
    protected int framesUntilFull() {
        return 300_000;
    }

    /** Closes all transports. */
    @AfterEach
    void closeAll() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    @Test
    void frame_ofAnySize_arrivesUnchanged() throws Exception {
        Node a = start("a");
        Node b = start("b");
        int largest = Math.min(a.transport.maxFrameBytes(), LARGEST_TRIED_BYTES);
        Random random = new Random(1);
        List<byte[]> sent = new ArrayList<>();
        for (int size :
                new int[] {0, 1, 2, 127, 128, 129, 1024, 16_383, 16_384, 16_385, 65_535, 65_536, 1 << 20, largest}) {
            byte[] bytes = new byte[Math.min(size, largest)];
            random.nextBytes(bytes);
            sent.add(bytes);
            sendUntilReceived(a, b, List.of(bytes));
        }
        assertThat(b.inbox.all()).allMatch(frame -> sent.stream().anyMatch(bytes -> Arrays.equals(bytes, frame)));
    }

    @Test
    void frames_ofMixedSizes_neverRunTogether() throws Exception {
        Node a = start("a");
        Node b = start("b");
        deliver(a, b, marked(0, 16));
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            frames.add(marked(i, 16 + (i * 37) % 3_000));
        }
        deliverAll(a, b, frames);
    }

    @Test
    void frame_sentToOneNode_isNotDeliveredToAnother() throws Exception {
        Node a = start("a");
        List<Node> others = List.of(start("b"), start("c"), start("d"));
        for (int i = 0; i < 300; i++) {
            Node to = others.get(i % others.size());
            send(a, to.address, Frame.of(marked(to.address.port(), 64)));
        }
        for (Node to : others) {
            deliver(a, to, marked(to.address.port(), 64));
            assertThat(to.inbox.all())
                    .allSatisfy(frame -> assertThat(number(frame)).isEqualTo(to.address.port()));
        }
        assertThat(a.inbox.all()).isEmpty();
    }

    @Test
    void send_byManyThreadsOfManyNodes_deliversEveryFrameWhole() throws Exception {
        Node to = start("to");
        List<Node> senders = List.of(start("a"), start("b"), start("c"));
        var pool = Executors.newFixedThreadPool(8);
        open.push(pool::shutdownNow);
        List<Future<?>> running = new ArrayList<>();
        int perThread = 500;
        for (int thread = 0; thread < 8; thread++) {
            int first = thread * perThread;
            Node from = senders.get(thread % senders.size());
            running.add(pool.submit(() -> {
                for (int i = first; i < first + perThread; i++) {
                    send(from, to.address, Frame.of(marked(i, 32 + i % 2_048)));
                }
            }));
        }
        for (Future<?> thread : running) {
            thread.get(30, SECONDS);
        }
        List<byte[]> wanted = new ArrayList<>();
        for (int i = 0; i < 8 * perThread; i++) {
            wanted.add(marked(i, 32 + i % 2_048));
        }
        deliverAll(senders.get(0), to, wanted);
    }

    @Test
    void send_toNobody_neitherThrowsNorBlocks() throws Exception {
        Node a = start("a");
        Node gone = start("gone");
        gone.transport.close();
        long start = System.nanoTime();
        assertThatCode(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        send(a, gone.address, Frame.of(marked(i, 64)));
                    }
                })
                .doesNotThrowAnyException();
        assertThat(System.nanoTime() - start).as("nanoseconds for 1,000 sends").isLessThan(SECONDS.toNanos(10));
    }

    @Test
    void send_beforeStartOrAfterClose_isFalse() {
        Transport never = closing(open("cluster", "never", 0));
        assertThat(never.send(new Address("127.0.0.1", 9), Frame.of(new byte[1])))
                .isFalse();
        Node a = start("a");
        Node b = start("b");
        a.transport.close();
        assertThat(a.transport.send(b.address, Frame.of(new byte[1]))).isFalse();
    }

    @Test
    void send_ofAFrameOverTheLimit_isFalseAndHarmless() throws Exception {
        Node a = start("a");
        Node b = start("b");
        int limit = a.transport.maxFrameBytes();
        Assumptions.assumeTrue(limit <= LARGEST_TRIED_BYTES, "the transport has no limit that can be tried");
        assertThat(a.transport.send(b.address, Frame.of(new byte[limit + 1]))).isFalse();
        deliver(a, b, marked(7, 100));
        assertThat(b.inbox.all()).allSatisfy(frame -> assertThat(frame).hasSize(100));
    }

    @Test
    void send_evenToItself_neverCallsTheReceiverInPlace() throws Exception {
        AtomicInteger nested = new AtomicInteger();
        CountDownLatch hops = new CountDownLatch(50);
        Node[] self = new Node[1];
        self[0] = start("self", frame -> {
            if (sending.get()) {
                nested.incrementAndGet();
            }
            hops.countDown();
            if (hops.getCount() > 0) {
                send(self[0], self[0].address, frame);
            }
        });
        for (int i = 0; hops.getCount() > 0 && i < 200; i++) {
            send(self[0], self[0].address, Frame.of(marked(i, 32)));
            hops.await(50, MILLISECONDS);
        }
        assertThat(hops.getCount()).isZero();
        assertThat(nested).hasValue(0);
    }

    @Test
    void start_withPortZero_returnsThePortReallyBound() throws Exception {
        Node a = start("a");
        Node b = start("b");
        assertThat(a.address.port()).isPositive();
        assertThat(b.address.port()).isPositive().isNotEqualTo(a.address.port());
        deliver(a, b, marked(1, 16));
        b.transport.close();
        assertThat(start("c", b.address.port()).address).isEqualTo(b.address);
    }

    @Test
    void start_onATakenAddress_failsAndNamesIt() {
        Node a = start("a");
        Transport second = closing(open("cluster", "second", a.address.port()));
        assertThatCode(() -> second.start(frame -> {})).hasMessageContaining(a.address.toString());
        assertThatCode(second::close).doesNotThrowAnyException();
    }

    @Test
    void close_twice_isHarmlessAndStopsDelivery() throws Exception {
        Node a = start("a");
        Node b = start("b");
        deliver(a, b, marked(1, 16));
        b.transport.close();
        b.transport.close();
        for (int i = 0; i < 100; i++) {
            send(a, b.address, Frame.of(marked(2, 16)));
        }
        deliver(a, start("c"), marked(3, 16));
        assertThat(b.inbox.all()).as("frames sent after close").noneMatch(frame -> number(frame) == 2);
    }

    @Test
    void peer_thatRestartsOnItsAddress_isReachedAgain() throws Exception {
        Node a = start("a");
        int port = 0;
        for (int life = 1; life <= 3; life++) {
            Node b = start("b", port);
            port = b.address.port();
            deliver(a, b, marked(life, 64));
            deliver(b, a, marked(-life, 64));
            b.transport.close();
            for (int i = 0; i < 20; i++) {
                send(a, b.address, Frame.of(marked(100, 64)));
            }
        }
    }

    @Test
    void send_toAStalledReceiver_isRefusedInTheEndAndGoesOnLater() throws Exception {
        CountDownLatch stalled = new CountDownLatch(1);
        Inbox received = new Inbox();
        Node slow = start("slow", frame -> {
            awaitQuietly(stalled);
            received.receive(frame);
        });
        Node a = start("a");
        open.push(stalled::countDown);
        byte[] kilobyte = marked(1, 1_024);
        int accepted = 0;
        while (accepted < framesUntilFull() && send(a, slow.address, Frame.of(kilobyte))) {
            accepted++;
        }
        assertThat(accepted)
                .as("frames accepted for a receiver that does not move")
                .isLessThan(framesUntilFull());
        stalled.countDown();
        Node after = new Node(slow.transport, slow.address, received);
        deliver(a, after, marked(2, 1_024));
    }

    @Test
    void clusters_inOneJvm_doNotMix() throws Exception {
        List<List<Node>> clusters = new ArrayList<>();
        for (String cluster : List.of("red", "blue")) {
            clusters.add(List.of(start(cluster, "a", 0), start(cluster, "b", 0)));
        }
        for (int i = 0; i < 50; i++) {
            for (int c = 0; c < 2; c++) {
                send(clusters.get(c).get(0), clusters.get(c).get(1).address, Frame.of(marked(c, 32)));
            }
        }
        for (int c = 0; c < 2; c++) {
            int cluster = c;
            Node to = clusters.get(c).get(1);
            deliver(clusters.get(c).get(0), to, marked(c, 32));
            assertThat(to.inbox.all())
                    .allSatisfy(frame -> assertThat(number(frame)).isEqualTo(cluster));
        }
    }

    @Test
    void send_toAnotherCluster_isNeverDelivered() throws Exception {
        Node red = start("red", "a", 0);
        Node blue = start("blue", "b", 0);
        for (int i = 0; i < 20; i++) {
            send(red, blue.address, Frame.of(marked(666, 32)));
            assertThat(blue.inbox.await(marked(666, 32), 10)).isFalse();
        }
        deliver(start("blue", "c", 0), blue, marked(1, 32));
        assertThat(blue.inbox.all()).noneMatch(frame -> number(frame) == 666);
    }

    // ---- what the tests are made of

    /** A started transport and what it received. */
    private record Node(Transport transport, Address address, Inbox inbox) {}

    private Node start(String node) {
        return start("cluster", node, 0);
    }

    private Node start(String node, int port) {
        return start("cluster", node, port);
    }

    private Node start(String cluster, String node, int port) {
        Inbox inbox = new Inbox();
        Transport transport = closing(open(cluster, node, port));
        return new Node(transport, transport.start(inbox), inbox);
    }

    private Node start(String node, Transport.Receiver receiver) {
        Transport transport = closing(open("cluster", node, 0));
        return new Node(transport, transport.start(receiver), new Inbox());
    }

    private Transport closing(Transport transport) {
        open.push(transport);
        return transport;
    }

    private boolean send(Node from, Address to, Frame frame) {
        sending.set(true);
        try {
            return from.transport.send(to, frame);
        } finally {
            sending.set(false);
        }
    }

    private void deliver(Node from, Node to, byte[] bytes) throws InterruptedException {
        deliverAll(from, to, List.of(bytes));
    }

    /** Sends until everything has arrived, and checks that every frame received is as {@link #marked} made it. */
    private void deliverAll(Node from, Node to, List<byte[]> frames) throws InterruptedException {
        sendUntilReceived(from, to, frames);
        assertThat(to.inbox.all())
                .allSatisfy(frame -> assertThat(frame).isEqualTo(marked(number(frame), frame.length)));
    }

    private void sendUntilReceived(Node from, Node to, List<byte[]> frames) throws InterruptedException {
        long deadline = System.nanoTime() + SECONDS.toNanos(20);
        List<byte[]> missing = frames;
        while (!(missing = to.inbox.missing(missing)).isEmpty()) {
            assertThat(System.nanoTime())
                    .as("%d of %d frames missing after 20 s", missing.size(), frames.size())
                    .isLessThan(deadline);
            for (byte[] frame : missing) {
                send(from, to.address, Frame.of(frame));
            }
            to.inbox.await(missing.get(missing.size() - 1), frames.size() == 1 ? 100 : 1_000);
        }
    }

    /** A frame whose content follows from its number and length, so that a changed one is seen. */
    private static byte[] marked(int number, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (number * 31 + i * 7 + length);
        }
        for (int i = 0; i < 4; i++) {
            bytes[i] = (byte) (number >>> (8 * i));
            bytes[4 + i] = (byte) (length >>> (8 * i));
        }
        return bytes;
    }

    private static int number(byte[] frame) {
        return frame[0] & 0xff | (frame[1] & 0xff) << 8 | (frame[2] & 0xff) << 16 | frame[3] << 24;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(60, SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Collects frames; several threads may deliver. */
    private static final class Inbox implements Transport.Receiver {
        private final List<byte[]> frames = new ArrayList<>();

        @Override
        public synchronized void receive(Frame frame) {
            frames.add(frame.bytes());
            notifyAll();
        }

        synchronized List<byte[]> all() {
            return List.copyOf(frames);
        }

        synchronized List<byte[]> missing(List<byte[]> wanted) {
            TreeSet<byte[]> have = new TreeSet<>(Arrays::compare);
            have.addAll(frames);
            return wanted.stream().filter(frame -> !have.contains(frame)).toList();
        }

        /** Waits a little for a frame; true if it is there. */
        synchronized boolean await(byte[] frame, long millisMax) throws InterruptedException {
            long end = System.nanoTime() + MILLISECONDS.toNanos(millisMax);
            int checked = 0;
            while (true) {
                for (; checked < frames.size(); checked++) {
                    if (Arrays.equals(frames.get(checked), frame)) {
                        return true;
                    }
                }
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                wait(left / 1_000_000 + 1);
            }
        }
    }
}
