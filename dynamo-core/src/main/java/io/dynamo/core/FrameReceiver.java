package io.dynamo.core;

import io.dynamo.core.config.NodeSettings;
import io.dynamo.core.runtime.Lane;
import io.dynamo.core.wire.Assembly;
import io.dynamo.core.wire.Chunk;
import io.dynamo.core.wire.Envelope;
import io.dynamo.core.wire.MessageFrame;
import io.dynamo.spi.Frame;
import io.dynamo.spi.NodeRuntime;
import io.dynamo.spi.Transport;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the frames that arrive and hands their messages on; those that came in chunks as a whole.
 *
 * <p>Thread: any. Messages are handed on where their frame, or their last chunk, was taken.
 */
final class FrameReceiver implements Transport.Receiver {

    private static final Logger LOG = LoggerFactory.getLogger(FrameReceiver.class);

    private final NodeRuntime runtime;
    private final String id;
    private final NodeSettings.Chunks limits;
    private final Predicate<String> isPeer;
    private final Consumer<Envelope> next;
    private final Lane lane;
    private final Assembly assembly;
    private final LongAdder malformed = new LongAdder();
    private final LongAdder crowdedOut = new LongAdder();
    // Chunks that wait for the lane; a lane has no bound of its own.
    private final AtomicLong waitingBytes = new AtomicLong();
    private boolean isArmed;

    /**
     * Receives for a node.
     *
     * @param runtime of the node
     * @param settings of the node
     * @param isPeer whether chunks of this node are put together
     * @param next gets every message
     * @param broken told of a failure that should not be
     */
    FrameReceiver(
            NodeRuntime runtime,
            NodeSettings settings,
            Predicate<String> isPeer,
            Consumer<Envelope> next,
            Consumer<Throwable> broken) {
        this.runtime = runtime;
        this.id = settings.nodeId();
        this.limits = settings.limits().chunks();
        this.isPeer = isPeer;
        this.next = next;
        this.lane = new Lane(runtime, () -> {}, broken);
        this.assembly = new Assembly(new Assembly.Limits(
                limits.bytesMax(), limits.messagesMax(), limits.ageMax().toNanos()));
    }

    @Override
    public void receive(Frame frame) {
        Envelope envelope;
        try {
            envelope = MessageFrame.open(frame);
        } catch (IllegalArgumentException e) {
            malformed.increment();
            LOG.debug("node {}: dropped a malformed frame: {}", id, e.getMessage());
            return;
        }
        if (envelope.message() instanceof Chunk chunk) {
            receive(envelope, chunk);
        } else {
            next.accept(envelope);
        }
    }

    private void receive(Envelope envelope, Chunk chunk) {
        if (!isPeer.test(envelope.from())) {
            return;
        }
        long bytes = Assembly.cost(chunk);
        if (waitingBytes.addAndGet(bytes) > limits.bytesMax()) {
            waitingBytes.addAndGet(-bytes);
            crowdedOut.increment();
            return;
        }
        lane.execute(() -> {
            waitingBytes.addAndGet(-bytes);
            Envelope whole = assembly.take(envelope, chunk, runtime.nanoTime());
            expireLater();
            if (whole != null) {
                next.accept(whole);
            }
        });
    }

    /** Memory is given back also when nothing more comes. */
    private void expireLater() {
        if (isArmed || assembly.isEmpty()) {
            return;
        }
        isArmed = true;
        runtime.schedule(
                limits.ageMax().toNanos(),
                () -> lane.execute(() -> {
                    isArmed = false;
                    assembly.expire(runtime.nanoTime());
                    expireLater();
                }));
    }

    /** A frame, or what was in it, made no sense. */
    void malformed() {
        malformed.increment();
    }

    /** Messages that some chunks of came, and that were given up. */
    Assembly.Dropped dropped() {
        Assembly.Dropped dropped = assembly.dropped();
        return new Assembly.Dropped(dropped.overLimit() + crowdedOut.sum(), dropped.expired(), dropped.damaged());
    }
}
