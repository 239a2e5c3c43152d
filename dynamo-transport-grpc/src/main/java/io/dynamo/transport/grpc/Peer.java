package io.dynamo.transport.grpc;

import io.dynamo.spi.Address;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import java.lang.System.Logger.Level;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The way to one peer: a bounded queue, and at most one stream that empties it. The stream is opened by the first frame;
 * when it breaks, what was queued is lost, sends are refused for a pause that doubles with each failure, and the next frame
 * opens it again.
 *
 * <p>Thread: {@link #offer} is called by many; all else happens on one event loop, the one the peer's connection lives on.
 */
final class Peer {

    /** With gRPC's five bytes a full batch is one HTTP/2 frame, which the receiver reads without putting pieces together. */
    private static final int BATCH_BYTES_MAX = (16 << 10) - 5;

    private final Address address;
    private final EventLoop loop;
    private final Dialer dialer;
    private final Pipe pipe;
    private final OnceLog log;
    private final ConcurrentLinkedQueue<byte[]> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queuedFrames = new AtomicInteger();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Runnable drain = this::drain;
    private volatile boolean down;
    private volatile boolean closed;
    private @Nullable PeerStream stream;
    private int failures;

    Peer(Address address, EventLoop loop, Dialer dialer, Pipe pipe, OnceLog log) {
        this.address = address;
        this.loop = loop;
        this.dialer = dialer;
        this.pipe = pipe;
        this.log = log;
    }

    /** Queues a frame; false if it will certainly not be sent. */
    boolean offer(byte[] frame) {
        if (down || closed || !reserve(frame.length)) {
            return false;
        }
        queue.add(frame);
        // Whoever finds the flag unset wakes the loop; frames that come meanwhile leave with the same drain.
        return scheduled.get() || !scheduled.compareAndSet(false, true) || execute(drain);
    }

    void close() {
        closed = true;
        execute(() -> {
            PeerStream open = stream;
            stream = null;
            discard();
            if (open != null) {
                open.abort();
            }
        });
    }

    private boolean reserve(int bytes) {
        GrpcSettings limits = dialer.settings();
        if (queuedFrames.incrementAndGet() > limits.queueFramesMax()) {
            queuedFrames.decrementAndGet();
            return false;
        }
        if (queuedBytes.addAndGet(bytes) > limits.queueBytesMax()) {
            release(bytes);
            return false;
        }
        return true;
    }

    private void release(int bytes) {
        queuedFrames.decrementAndGet();
        queuedBytes.addAndGet(-bytes);
    }

    private boolean execute(Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false; // closed
        }
    }

    // ---- on the event loop

    private void drain() {
        scheduled.set(false);
        if (down || closed) {
            discard();
        } else if (stream != null) {
            flush(stream);
        } else if (!queue.isEmpty()) {
            open();
        }
    }

    private void open() {
        PeerStream opened;
        try {
            opened = new PeerStream(this, address, loop, dialer, pipe);
        } catch (IllegalArgumentException e) {
            fail(Status.INVALID_ARGUMENT.withDescription("not an address").withCause(e));
            return;
        }
        stream = opened;
        // Only now: it may call back at once.
        opened.start();
    }

    private void flush(PeerStream open) {
        while (open.isReady()) {
            FrameBatch batch = nextBatch();
            if (batch == null) {
                return;
            }
            open.send(batch);
        }
    }

    private @Nullable FrameBatch nextBatch() {
        FrameBatch batch = null;
        for (byte[] next = queue.peek(); next != null; next = queue.peek()) {
            if (batch == null) {
                batch = new FrameBatch();
            } else if (batch.encodedBytes() + FrameBatch.encodedBytes(next.length) > BATCH_BYTES_MAX
                    || batch.frames().size() == FrameBatch.FRAMES_MAX) {
                break;
            }
            queue.poll();
            release(next.length);
            batch.add(next);
        }
        return batch;
    }

    /** The stream takes frames, for the first time or again. */
    void ready(PeerStream from) {
        if (from == stream && !closed) {
            flush(from);
        }
    }

    /** The peer let us in. */
    void accepted(PeerStream from) {
        if (from == stream) {
            failures = 0;
            log.forget(address.toString());
        }
    }

    /** The stream is old: what it took still leaves through it, later frames get a new one with fresh certificates. */
    void retire(PeerStream from) {
        if (from == stream) {
            stream = null;
            from.finish();
            drain();
        }
    }

    /** The stream ended, or never came to be. */
    void broken(PeerStream from, Status status) {
        if (from == stream) {
            stream = null;
            fail(status);
        }
    }

    private void fail(Status status) {
        down = true;
        discard();
        if (closed) {
            return;
        }
        report(status);
        var unused = loop.schedule(() -> down = false, pauseMillis(), TimeUnit.MILLISECONDS);
        failures++;
    }

    private long pauseMillis() {
        long longest = dialer.settings().reconnectMax().toMillis();
        return Math.min(longest, dialer.settings().reconnectMin().toMillis() << Math.min(failures, 20));
    }

    private void report(Status status) {
        log.say(
                Causes.isOutage(status) ? Level.INFO : Level.WARNING,
                address.toString(),
                "node " + dialer.identity().node() + " has no stream to " + address + ": " + Causes.text(status));
    }

    private void discard() {
        for (byte[] frame = queue.poll(); frame != null; frame = queue.poll()) {
            release(frame.length);
        }
    }
}
