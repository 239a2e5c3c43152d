package io.dynamo.core.coordinate;

import io.dynamo.spi.NodeRuntime;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The admission controller (Dynamo §6.5): which share of its rate work in the background gets, by how long the requests of
 * applications take beside it. Work begins with little. Its share halves while 99 of 100 requests take longer than they may, and
 * grows step by step while they do not. It is never 0, so that healing ends also under load.
 *
 * <p>It looks when it is asked, and needs no timer. Thread: any.
 */
public final class Pace {

    /** What is left to the background however long requests take. */
    public static final double SHARE_MIN = 1.0 / 256;

    /** What work begins with, as nobody knows what it costs requests. */
    public static final double BEGIN = 1.0 / 32;

    private static final double GROWTH = 1.25;
    /** How much longer than in quiet requests may take: less than twice, as each step beyond it is noticed only afterwards. */
    private static final double NOTICED = 1.5;
    /** What requests take in quiet is forgotten slowly: it doubles in about 20 s. */
    private static final double FORGOTTEN = 1 + 1.0 / 64;

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Fewer requests between two looks say nothing of the slowest of 100. */
    private static final int FEW = 50;
    /** Longer than a very short time is short, too. */
    private static final long UNNOTICED_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final NodeRuntime runtime;
    private final Latencies latencies;
    private final long latencyMaxNanos;
    private final AtomicReference<Look> last;

    /**
     * What was seen at a time.
     *
     * @param quietNanos p99 while nothing was done in the background; 0 if that is not known
     * @param p99Nanos p99 since the look before; 0 if there were too few requests
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Look(long atNanos, long[] counted, long quietNanos, long p99Nanos, double share) {}

    /**
     * Nothing has been done in the background.
     *
     * @param runtime time
     * @param meters what requests took
     * @param latencyMaxNanos what 99 of 100 of them may take in any case
     */
    public Pace(NodeRuntime runtime, Meters meters, long latencyMaxNanos) {
        this.runtime = runtime;
        this.latencies = meters.latencies();
        this.latencyMaxNanos = latencyMaxNanos;
        this.last = new AtomicReference<>(new Look(runtime.nanoTime(), latencies.counted(), 0, 0, BEGIN));
    }

    /**
     * Asks for work that is about to be done.
     *
     * @return from {@link #SHARE_MIN} to 1
     */
    double share() {
        Look before = last();
        long now = runtime.nanoTime();
        if (now - before.atNanos() < LOOK_NANOS) {
            return before.share();
        }
        last.compareAndSet(before, look(before, now));
        return last().share();
    }

    private Look last() {
        return Objects.requireNonNull(last.get());
    }

    private Look look(Look before, long now) {
        long[] counted = latencies.counted();
        long p99 = Latencies.p99(before.counted(), counted, FEW);
        if (now - before.atNanos() >= LOOK_NANOS + QUIET_NANOS) {
            // Nobody has asked for as long: this is what requests take when they are alone.
            return new Look(now, counted, p99 == 0 ? before.quietNanos() : p99, p99, BEGIN);
        }
        if (p99 == 0) {
            return new Look(now, counted, before.quietNanos(), 0, Math.min(1, 2 * before.share()));
        }
        double share = p99 > mayTakeNanos(before.quietNanos())
                ? Math.max(SHARE_MIN, before.share() / 2)
                : Math.min(1, before.share() * GROWTH);
        return new Look(now, counted, quietNanos(before.quietNanos(), p99), p99, share);
    }

    /** In quiet they take no longer than beside work; what was learnt before a change of load does not stay. */
    private static long quietNanos(long known, long p99Nanos) {
        return known == 0 ? p99Nanos : Math.min((long) (known * FORGOTTEN), p99Nanos);
    }

    private long mayTakeNanos(long quietNanos) {
        long noticed = Math.max(UNNOTICED_NANOS, (long) (NOTICED * quietNanos));
        return quietNanos == 0 ? latencyMaxNanos : Math.min(latencyMaxNanos, noticed);
    }

    /**
     * The state as of the last look, for meters.
     *
     * @return the figures
     */
    public Figures figures() {
        Look look = last();
        return new Figures(look.share(), look.p99Nanos(), look.quietNanos());
    }

    /**
     * What it goes by.
     *
     * @param share of its rate that work in the background gets
     * @param p99Nanos what 99 of 100 requests took at most, when that was last looked at; 0 if there were too few
     * @param quietNanos the same while nothing was done in the background; 0 if that is not known
     */
    public record Figures(double share, long p99Nanos, long quietNanos) {}
}
