package io.dynamo.core.coordinate;

import io.dynamo.core.wire.Hello;
import io.dynamo.spi.NodeRuntime;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The admission controller (Dynamo §6.5): which share of its rate work in the background gets, by how long the requests of
 * applications take beside it. Work begins with little. Its share halves when more than one in a hundred requests has taken longer
 * than it may in two steps that follow each other, and grows by half, or by a thirty-second, when enough of them have not. It is never
 * 0, so that healing ends also under load.
 *
 * <p>Work of one node disturbs the requests of others, so each says in its greetings how much its own allow, and the least that any member
 * says is what there is.
 *
 * <p>It looks when it is asked, and needs no timer. Thread: any.
 */
public final class Pace {

    /** What is left to the background however long requests take. */
    public static final double SHARE_MIN = 1.0 / 256;

    /** What work begins with, as nobody knows what it costs requests. */
    public static final double BEGIN = 1.0 / 32;

    private static final double GROWTH = 1.5;
    /** It grows by no more than this: a machine that is nearly busy is overloaded by half as much again. */
    static final double GROWTH_MAX = BEGIN;
    /** Close to what was too much last time. */
    private static final double CAREFUL_GROWTH = 1.1;
    /** How much longer than in quiet requests may take: much less than twice, as each step beyond it is noticed only afterwards. */
    private static final double NOTICED = 1.3;
    /** How much of it one step beside work teaches: the slowest of a hundred in a step differ a lot by chance. */
    private static final int LEARNT = 8;
    /** And one in a pause: it is longer. */
    private static final int LEARNT_IN_PAUSE = 2;
    /** What requests take in quiet is forgotten slowly, or what work costs would pass for quiet: it doubles in about 90 s. */
    private static final double FORGOTTEN_NANOS = TimeUnit.SECONDS.toNanos(120);

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** Who was asked for no share for so long does not work. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** How often is looked while nobody works. */
    private static final long PAUSE_STEP_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** Longer than it takes to hear that somebody works. */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(3);
    /** Fewer requests between two looks say nothing of the slowest of 100. */
    private static final int FEW = 50;
    /** So many say what the slowest of 100 take; with fewer, chance alone would halve the share again and again. */
    private static final int ENOUGH = 1_000;
    /** With fewer requests than that, a step is made all the same. */
    private static final long STEP_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** Longer than a very short time is short, too. */
    private static final long UNNOTICED_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    private final NodeRuntime runtime;
    private final Latencies latencies;
    private final long latencyMaxNanos;
    private final Supplier<Route> route;
    private final AtomicReference<Look> last;
    private volatile long workedNanos;
    // When some member was last seen to work, this one or another.
    private volatile long seenNanos;

    /**
     * What was seen at a time.
     *
     * @param sinceNanos when the last step was made
     * @param counted the requests until then
     * @param quietNanos p99 while nothing was done in the background; 0 if that is not known
     * @param p99Nanos p99 between the last two steps; 0 if there were too few requests
     * @param tooMuch the share that was too much last time; 1 if that is not known
     * @param isDoubtful whether too many requests took too long in the last step: once may be chance, or a pause of the whole process
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Look(
            long atNanos,
            long sinceNanos,
            long[] counted,
            long quietNanos,
            long p99Nanos,
            double share,
            double tooMuch,
            boolean isDoubtful) {

        static Look beginning(long now, long[] counted, long quietNanos, long p99Nanos) {
            return new Look(now, now, counted, quietNanos, p99Nanos, BEGIN, 1, false);
        }

        Look again(long now) {
            return new Look(now, sinceNanos, counted, quietNanos, p99Nanos, share, tooMuch, isDoubtful);
        }

        /** Fast up to where it has been too much, then slowly: what is tried there is felt. */
        double grown() {
            double factor = share * GROWTH < tooMuch || share > tooMuch ? GROWTH : CAREFUL_GROWTH;
            return Math.min(share * factor, share + GROWTH_MAX);
        }
    }

    /**
     * Nothing has been done in the background.
     *
     * @param runtime time
     * @param meters what requests took
     * @param latencyMaxNanos what 99 of 100 of them may take in any case
     * @param route the members: they say how their requests fare
     */
    public Pace(NodeRuntime runtime, Meters meters, long latencyMaxNanos, Supplier<Route> route) {
        this.runtime = runtime;
        this.latencies = meters.latencies();
        this.latencyMaxNanos = latencyMaxNanos;
        this.route = route;
        long now = runtime.nanoTime();
        this.workedNanos = now - QUIET_NANOS;
        this.seenNanos = now - QUIET_NANOS;
        this.last = new AtomicReference<>(Look.beginning(now, latencies.counted(), 0, 0));
    }

    /**
     * Asks for work that is about to be done.
     *
     * @return from {@link #SHARE_MIN} to 1
     */
    double share() {
        long now = runtime.nanoTime();
        workedNanos = now;
        return Math.min(own(now), othersShare());
    }

    /** By this node's own requests, be it this node that works or another. */
    private double own(long now) {
        Look before = last();
        boolean isFirst = isQuiet(now);
        seenNanos = now;
        if (isFirst || now - before.atNanos() >= LOOK_NANOS) {
            last.compareAndSet(before, isFirst ? first(before, now) : look(before, now));
        }
        return last().share();
    }

    private boolean isQuiet(long now) {
        return now - seenNanos >= QUIET_NANOS;
    }

    /** Who has no requests of its own does not see whom it disturbs. */
    private double othersShare() {
        double least = 1;
        for (Peer peer : members()) {
            least = Math.min(least, Math.max(SHARE_MIN, peer.background().share()));
        }
        return least;
    }

    private Peer[] members() {
        return Objects.requireNonNull(route.get()).preferenceList(0);
    }

    /**
     * What the other members are to know: how much work in the background may be done as far as the requests of this node go. With few
     * requests it has nothing against any; while nobody works, it is what work begins with.
     *
     * @return as of now
     */
    public Hello.Background told() {
        long now = runtime.nanoTime();
        boolean isWorking = now - workedNanos < IDLE_NANOS;
        boolean isAnyWorking = isWorking;
        for (Peer peer : members()) {
            isAnyWorking |= peer.background().isWorking();
        }
        if (!isAnyWorking) {
            Look before = last();
            if (isQuiet(now) && before.atNanos() - seenNanos <= 0) {
                // From here on requests are alone.
                last.compareAndSet(before, Look.beginning(now, latencies.counted(), before.quietNanos(), 0));
            } else if (isQuiet(now) && now - before.atNanos() >= PAUSE_STEP_NANOS) {
                Look next = first(before, now);
                // Few requests are counted on, until there are enough.
                last.compareAndSet(before, next.p99Nanos() == 0 ? before : next);
            }
            return new Hello.Background(BEGIN, false);
        }
        double share = own(now);
        return new Hello.Background(last().p99Nanos() == 0 ? 1 : share, isWorking);
    }

    private Look last() {
        return Objects.requireNonNull(last.get());
    }

    /** Until now requests were alone, and this is what they take then. */
    private Look first(Look before, long now) {
        long[] counted = latencies.counted();
        long p99 = Latencies.p99(before.counted(), counted, FEW);
        return Look.beginning(
                now, counted, p99 == 0 ? before.quietNanos() : quietNanos(before, now, p99, LEARNT_IN_PAUSE), p99);
    }

    private Look look(Look before, long now) {
        long[] counted = latencies.counted();
        long p99 = Latencies.p99(before.counted(), counted, FEW);
        // Not beyond what was tried: who is disturbed by more may say nothing all of a sudden.
        double most = Math.min(1, 2 * Math.min(before.share(), othersShare()));
        if (p99 == 0) {
            return new Look(now, now, counted, before.quietNanos(), 0, most, 1, false);
        }
        long requests = Latencies.count(before.counted(), counted, 0);
        long tooLong = Latencies.count(before.counted(), counted, mayTakeNanos(before.quietNanos()));
        boolean isDue = requests >= ENOUGH || now - before.sinceNanos() >= STEP_NANOS;
        boolean isTooMuch = 100 * tooLong > (isDue ? requests : ENOUGH);
        if (!isDue && !isTooMuch) {
            return before.again(now);
        }
        long quiet = quietNanos(before, now, p99, LEARNT);
        if (isTooMuch && !before.isDoubtful()) {
            return new Look(now, now, counted, quiet, p99, Math.min(most, before.share()), before.tooMuch(), true);
        }
        double share = isTooMuch ? Math.max(SHARE_MIN, before.share() / 2) : Math.min(most, before.grown());
        double tooMuch = isTooMuch ? before.share() : before.share() > before.tooMuch() ? 1 : before.tooMuch();
        return new Look(now, now, counted, quiet, p99, share, tooMuch, isTooMuch);
    }

    /** In quiet they take no longer than beside work, or beside a burst; what was learnt before a change of load does not stay. */
    private static long quietNanos(Look before, long now, long p99Nanos, int learnt) {
        long known = before.quietNanos();
        if (known == 0) {
            return p99Nanos;
        }
        double forgotten = 1 + (now - before.sinceNanos()) / FORGOTTEN_NANOS;
        return p99Nanos < known ? known - (known - p99Nanos) / learnt : Math.min((long) (known * forgotten), p99Nanos);
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
        return new Figures(Math.min(look.share(), othersShare()), look.p99Nanos(), look.quietNanos());
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
