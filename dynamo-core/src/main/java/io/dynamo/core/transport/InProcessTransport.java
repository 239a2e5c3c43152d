package io.dynamo.core.transport;

import io.dynamo.spi.Address;
import io.dynamo.spi.Frame;
import io.dynamo.spi.NodeRuntime;
import io.dynamo.spi.Transport;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One node's end of an {@link InProcessNetwork}: a bounded queue that its runtime empties, at most one task at a time, so
 * that a frame is never delivered inside {@code send}.
 */
final class InProcessTransport implements Transport {

    /** After so many frames the runtime gets its turn again. */
    private static final int DRAIN_FRAMES_MAX = 64;

    private enum Phase {
        NEW,
        STARTED,
        CLOSED
    }

    private final InProcessNetwork network;
    private final Address wanted;
    private final NodeRuntime runtime;
    private final int queueFramesMax;
    private final ConcurrentLinkedQueue<Frame> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicBoolean draining = new AtomicBoolean();
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.NEW);
    private volatile @Nullable Address address;
    private volatile @Nullable Receiver receiver;

    InProcessTransport(InProcessNetwork network, Address wanted, NodeRuntime runtime, int queueFramesMax) {
        this.network = network;
        this.wanted = wanted;
        this.runtime = runtime;
        this.queueFramesMax = queueFramesMax;
    }

    @Override
    public Address start(Receiver newReceiver) {
        if (!phase.compareAndSet(Phase.NEW, Phase.STARTED)) {
            throw new IllegalStateException("the transport on " + wanted + " was started or closed before");
        }
        receiver = newReceiver;
        Address bound = network.listen(this, wanted);
        address = bound;
        if (phase.get() == Phase.CLOSED) {
            network.leave(this, bound);
        }
        return bound;
    }

    @Override
    public boolean send(Address to, Frame frame) {
        if (phase.get() != Phase.STARTED) {
            return false;
        }
        InProcessTransport peer = network.find(to);
        Frame carried = peer == null ? null : network.carry(frame);
        return peer != null && carried != null && peer.offer(carried);
    }

    @Override
    public int maxFrameBytes() {
        return network.maxFrameBytes();
    }

    @Override
    public void close() {
        phase.set(Phase.CLOSED);
        Address bound = address;
        if (bound != null) {
            network.leave(this, bound);
        }
        discard();
    }

    private boolean offer(Frame frame) {
        if (phase.get() != Phase.STARTED) {
            return false;
        }
        if (queued.incrementAndGet() > queueFramesMax) {
            queued.decrementAndGet();
            return false;
        }
        queue.add(frame);
        schedule();
        return true;
    }

    private void schedule() {
        if (draining.compareAndSet(false, true)) {
            try {
                runtime.execute(this::drain);
            } catch (RejectedExecutionException e) {
                // Its runtime has stopped, so this node is gone; its senders must not be the ones to hear of it.
                close();
            }
        }
    }

    private void drain() {
        try {
            deliver();
        } finally {
            draining.set(false);
            // Also after a receiver that threw: the runtime hears of it, the frames behind it still come.
            if (!queue.isEmpty()) {
                schedule();
            }
        }
    }

    private void deliver() {
        Receiver to = receiver;
        for (int i = 0; i < DRAIN_FRAMES_MAX; i++) {
            Frame frame = queue.poll();
            if (frame == null) {
                return;
            }
            queued.decrementAndGet();
            if (to != null && phase.get() == Phase.STARTED) {
                to.receive(frame);
            }
        }
    }

    private void discard() {
        while (queue.poll() != null) {
            queued.decrementAndGet();
        }
    }
}
