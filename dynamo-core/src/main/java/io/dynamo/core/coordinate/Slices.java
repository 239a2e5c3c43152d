package io.dynamo.core.coordinate;

import io.dynamo.spi.NodeRuntime;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Lets work in the background go on, a slice at a time (Dynamo §6.5): so many bytes a second, less while requests of
 * applications take too long. Shared by all who do a kind of work. Thread: any.
 */
public final class Slices {

    /** Nobody asks again sooner than this. */
    static final long WAIT_MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    /** Nor later, as the share may have grown by then. */
    static final long WAIT_MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final double SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** What was not taken is made up for, but for no longer than this: more at once would be felt. */
    private static final long BURST_NANOS = 5 * WAIT_MIN_NANOS;

    private final NodeRuntime runtime;
    private final long bytesPerSecond;
    private final Pace pace;
    private final AtomicReference<Debt> debt;
    // When what all who wait have asked for will be paid, each in its turn.
    private final AtomicLong turnsEndNanos;

    /**
     * What was taken and is not paid for.
     *
     * @param bytes less than 0 for what was not taken and can be made up for
     * @param atNanos when that was so
     */
    private record Debt(double bytes, long atNanos) {
        Debt and(long more) {
            return new Debt(bytes + more, atNanos);
        }
    }

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
        this.debt = new AtomicReference<>(new Debt(0, runtime.nanoTime() - BURST_NANOS));
        this.turnsEndNanos = new AtomicLong(runtime.nanoTime());
    }

    /**
     * Asks for a slice. One that is larger than the rate is given, too, and paid for by those that come after it.
     *
     * @param bytes about what it will send
     * @return false if it has to wait; it asks again later
     */
    public boolean take(long bytes) {
        while (true) {
            Debt before = before();
            Debt now = paid(before);
            boolean isGiven = now.bytes() < 0;
            if (debt.compareAndSet(before, isGiven ? now.and(bytes) : now)) {
                return isGiven;
            }
        }
    }

    /**
     * When somebody who was refused may ask again. Those who wait come one after the other: if all asked each time that there is
     * something to be had, asking would cost more than the work.
     *
     * @param bytes about what it will send
     * @return in nanoseconds from now
     */
    public long turnNanos(long bytes) {
        long now = runtime.nanoTime();
        double rate = rate();
        long paid = nanos(paid(before()).bytes(), rate);
        long own = nanos((double) bytes, rate);
        // A slice is paid for after it is given: the turn comes when those before it are paid for.
        long end = turnsEndNanos.updateAndGet(last -> now + Math.min(WAIT_MAX_NANOS, Math.max(last - now, paid) + own));
        return Math.max(WAIT_MIN_NANOS, Math.max(paid, end - own - now));
    }

    private static long nanos(double bytes, double rate) {
        return Math.min(WAIT_MAX_NANOS, Math.max(0, (long) (bytes / rate)));
    }

    /**
     * Pays for what turned out larger than what was asked for.
     *
     * @param bytes the rest
     */
    public void pay(long bytes) {
        debt.updateAndGet(before -> before.and(bytes));
    }

    private Debt before() {
        return Objects.requireNonNull(debt.get());
    }

    /** What is left of a debt by now: paid at the rate there is now, so that nothing large waits for a rate that was low. */
    private Debt paid(Debt before) {
        long now = runtime.nanoTime();
        double rate = rate();
        return new Debt(Math.max(before.bytes() - rate * (now - before.atNanos()), -rate * BURST_NANOS), now);
    }

    /** Bytes in a nanosecond, by the share there is now. */
    private double rate() {
        return bytesPerSecond * pace.share() / SECOND_NANOS;
    }
}
