package io.dynamo.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.spi.Address;
import io.dynamo.spi.Frame;
import io.dynamo.spi.Transport;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/** A receiver that keeps what it gets, and the ways to wait for it. */
final class Traffic implements Transport.Receiver {

    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();

    @Override
    public void receive(Frame frame) {
        received.add(frame.bytes());
    }

    int count() {
        return received.size();
    }

    /** Sends until a frame arrives. */
    void arrivesFrom(Transport from, Address to) throws InterruptedException {
        received.clear();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        byte[] got = null;
        while (got == null) {
            assertThat(System.nanoTime()).as("nothing arrived at %s", to).isLessThan(end);
            from.send(to, Frame.of(new byte[] {1, 2, 3}));
            got = received.poll(50, TimeUnit.MILLISECONDS);
        }
        assertThat(got).containsExactly(1, 2, 3);
    }

    /** Goes on sending until something else is so, and then some: nothing may arrive. */
    void neverArrivesFrom(Transport from, Address to, BooleanSupplier until) {
        sendUntil(from, to, until);
        sendUntil(from, to, () -> false, Duration.ofMillis(300));
        assertThat(received).isEmpty();
    }

    private static void sendUntil(Transport from, Address to, BooleanSupplier until) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    from.send(to, Frame.of(new byte[] {6, 6, 6}));
                    return until.getAsBoolean();
                });
    }

    private static void sendUntil(Transport from, Address to, BooleanSupplier until, Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        sendUntil(from, to, () -> until.getAsBoolean() || System.nanoTime() > end);
    }
}
