package io.dynamo.core.coordinate;

import io.dynamo.spi.NodeRuntime;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets work in the background go on, a slice at a time (Dynamo §6.5): so many bytes a second, less while requests of
 * applications take too long. Shared by all who do a kind of work. Thread: any.
 */
public final class Slices {

    /** Who has to wait asks again after this long. */
    public static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** What was not taken is made up for, but for no longer than this: more at once would be felt. */
    private static final long BURST_NANOS = 5 * WAIT_NANOS;

    private final NodeRuntime runtime;
    private final long bytesPerSecond;
    private final Pace pace;
    // When all that was taken is paid for; it may lie in the future by what was taken beyond the rate.
    private final AtomicLong paidNanos;

    /**
     * Nothing has been taken.
     *
     * @param runtime time
     * @param bytesPerSecond the rate when nobody is in the way
     * @param pace which share of it there is
     */
    public Slices(NodeRuntime runtime, long bytesPerSecond, Pace pace) {
        this.runtime = runtime;
        this.bytesPerSecond = bytesPerSecond;
        this.pace = pace;
        this.paidNanos = new AtomicLong(runtime.nanoTime() - BURST_NANOS);
    }

    /**
     * Asks for a slice. One that is larger than the rate is given, too, and paid for by those that come after it.
     *
     * @param bytes about what it will send
     * @return false if it has to wait; it asks again later
     */
    public boolean take(long bytes) {
        long cost = cost(bytes);
        long now = runtime.nanoTime();
        long paid = paidNanos.get();
        while (paid - now < 0) {
            if (paidNanos.compareAndSet(paid, Math.max(paid, now - BURST_NANOS) + cost)) {
                return true;
            }
            paid = paidNanos.get();
        }
        return false;
    }

    /**
     * Pays for what turned out larger than what was asked for.
     *
     * @param bytes the rest
     */
    public void pay(long bytes) {
        paidNanos.addAndGet(cost(bytes));
    }

    private long cost(long bytes) {
        return (long) (bytes / (bytesPerSecond * pace.share()) * SECOND_NANOS);
    }
}
