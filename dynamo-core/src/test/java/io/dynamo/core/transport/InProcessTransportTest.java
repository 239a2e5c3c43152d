package io.dynamo.core.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.spi.Address;
import io.dynamo.spi.Frame;
import io.dynamo.spi.NodeRuntime;
import io.dynamo.spi.Transport;
import io.dynamo.spi.TransportContract;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class InProcessTransportTest {

    private static final Address ANY = new Address("here", 0);

    /** The suite on a network that hands frames over as they are. */
    @Nested
    class AsObjects extends OnThreads {
        AsObjects() {
            super(false);
        }
    }

    /** The suite on a network that turns every frame into bytes. */
    @Nested
    class AsBytes extends OnThreads {
        AsBytes() {
            super(true);
        }
    }

    abstract static class OnThreads extends TransportContract {
        private final Map<String, InProcessNetwork> networks = new LinkedHashMap<>();
        private final ExecutorService pool = Executors.newCachedThreadPool();
        private final boolean encoded;

        OnThreads(boolean encoded) {
            this.encoded = encoded;
        }

        @Override
        protected Transport open(String cluster, String node, int port) {
            return networks.computeIfAbsent(cluster, name -> new InProcessNetwork(65_536, encoded))
                    .transport(new Address("here", port), new ExecuteOnly(pool));
        }

        @Override
        protected int framesUntilFull() {
            return 65_536 + 2;
        }

        @AfterEach
        void stopPool() {
            pool.shutdownNow();
        }
    }

    @Test
    void send_frame_isHandedOverAsTheSameObject() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        Frame frame = new Unencodable();
        List<Frame> received = sendOne(new InProcessNetwork(), tasks, frame);
        assertThat(received).isEmpty();
        runAll(tasks);
        assertThat(received).containsExactly(frame);
    }

    @Test
    void send_onAnEncodingNetwork_handsOverTheBytesOnly() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        byte[] bytes = {1, 2, 3};
        Frame frame = Frame.of(bytes);
        List<Frame> received = sendOne(new InProcessNetwork(10, true), tasks, frame);
        runAll(tasks);
        assertThat(received).hasSize(1).doesNotContain(frame);
        assertThat(received.get(0).bytes()).isEqualTo(bytes);
    }

    @Test
    void deliveries_ofAQueue_comeInOrderAndInOneTaskOfAtMost64() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        InProcessNetwork network = new InProcessNetwork();
        List<Frame> received = new ArrayList<>();
        Address to = network.transport(ANY, new ExecuteOnly(tasks::add)).start(received::add);
        Transport from = network.transport(ANY, new ExecuteOnly(tasks::add));
        from.start(frame -> {});
        List<Frame> sent = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            sent.add(Frame.of(new byte[i]));
            assertThat(from.send(to, sent.get(i))).isTrue();
        }
        assertThat(tasks).hasSize(1);
        List<Integer> sizes = new ArrayList<>();
        while (!tasks.isEmpty()) {
            tasks.remove().run();
            sizes.add(received.size());
            assertThat(tasks.size()).isLessThanOrEqualTo(1);
        }
        assertThat(sizes).containsExactly(64, 128, 150);
        assertThat(received).containsExactlyElementsOf(sent);
    }

    @Test
    void queue_thatIsFull_refusesAndTakesMoreOnceEmptied() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        InProcessNetwork network = new InProcessNetwork(3, false);
        List<Frame> received = new ArrayList<>();
        Address to = network.transport(ANY, new ExecuteOnly(tasks::add)).start(received::add);
        Transport from = network.transport(ANY, new ExecuteOnly(tasks::add));
        from.start(frame -> {});
        Frame frame = Frame.of(new byte[1]);
        for (int round = 1; round <= 3; round++) {
            for (int i = 0; i < 3; i++) {
                assertThat(from.send(to, frame)).isTrue();
            }
            assertThat(from.send(to, frame)).isFalse();
            runAll(tasks);
            assertThat(received).hasSize(3 * round);
        }
    }

    @Test
    void receiver_thatThrows_losesOnlyItsOwnFrame() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        InProcessNetwork network = new InProcessNetwork();
        List<Frame> received = new ArrayList<>();
        Frame bad = Frame.of(new byte[1]);
        Address to = network.transport(ANY, new ExecuteOnly(tasks::add)).start(frame -> {
            if (frame == bad) {
                throw new IllegalStateException("planted");
            }
            received.add(frame);
        });
        Transport from = network.transport(ANY, new ExecuteOnly(tasks::add));
        from.start(frame -> {});
        Frame good = Frame.of(new byte[2]);
        from.send(to, bad);
        from.send(to, good);
        int thrown = 0;
        while (!tasks.isEmpty()) {
            try {
                tasks.remove().run();
            } catch (IllegalStateException e) {
                thrown++;
            }
        }
        assertThat(thrown).isEqualTo(1);
        assertThat(received).containsExactly(good);
    }

    @Test
    void frames_queuedWhenTheirReceiverCloses_areDropped() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        InProcessNetwork network = new InProcessNetwork();
        List<Frame> received = new ArrayList<>();
        Transport receiver = network.transport(ANY, new ExecuteOnly(tasks::add));
        Address to = receiver.start(received::add);
        Transport from = network.transport(ANY, new ExecuteOnly(tasks::add));
        from.start(frame -> {});
        assertThat(from.send(to, Frame.of(new byte[1]))).isTrue();
        receiver.close();
        runAll(tasks);
        assertThat(received).isEmpty();
        assertThat(from.send(to, Frame.of(new byte[1]))).isFalse();
    }

    @Test
    void send_toANodeWhoseRuntimeHasStopped_isNotTheSendersError() {
        InProcessNetwork network = new InProcessNetwork();
        Address to = network.transport(ANY, new ExecuteOnly(task -> {
                    throw new RejectedExecutionException("stopped");
                }))
                .start(frame -> {});
        Transport from = network.transport(ANY, new ExecuteOnly(Runnable::run));
        from.start(frame -> {});
        from.send(to, Frame.of(new byte[1]));
        assertThat(from.send(to, Frame.of(new byte[1]))).isFalse();
    }

    private static List<Frame> sendOne(InProcessNetwork network, Queue<Runnable> tasks, Frame frame) {
        List<Frame> received = new ArrayList<>();
        Address to = network.transport(ANY, new ExecuteOnly(tasks::add)).start(received::add);
        Transport from = network.transport(ANY, new ExecuteOnly(tasks::add));
        from.start(ignored -> {});
        assertThat(from.send(to, frame)).isTrue();
        return received;
    }

    private static void runAll(Queue<Runnable> tasks) {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    private static final class Unencodable implements Frame {
        @Override
        public byte[] bytes() {
            throw new AssertionError("nobody may ask for the bytes");
        }
    }

    /** A runtime that can only execute; a transport within the process needs no more. */
    private record ExecuteOnly(Executor executor) implements NodeRuntime {
        @Override
        public void execute(Runnable task) {
            executor.execute(task);
        }

        @Override
        public Cancellable schedule(long delayNanos, Runnable task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long nanoTime() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long wallMillis() {
            throw new UnsupportedOperationException();
        }

        @Override
        public RandomGenerator random(String label) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Executor callbacks() {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> T await(CompletionStage<T> stage, long limitNanos) {
            throw new UnsupportedOperationException();
        }
    }
}
