package io.dynamo.core.replica;

import io.dynamo.core.causality.Actor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One run of one process on one directory: draws the actors that mint dots. New at every start without exception, because
 * the directory may be a restored copy, and again when a commit failed (traps T3, T5).
 *
 * <p>128 bits: 48 of the wall clock in milliseconds, so that incarnations sort by age; 32 of the directory's id, so that who
 * knows the latest run of a directory knows which ones are over ({@link LatestRuns}); 48 of chance, which tell apart the runs
 * of copies of one directory that start in the same millisecond.
 *
 * <p>Thread: any.
 */
public final class Incarnation {

    private static final int MILLIS_SHIFT = 16;
    private static final long MILLIS_MAX = -1L >>> MILLIS_SHIFT;
    private static final int TAG_SHIFT = 48;
    private static final long CHANCE = -1L >>> (Long.SIZE - TAG_SHIFT);

    private final long high;
    private final long low;
    private final AtomicLong drawn = new AtomicLong();

    Incarnation(long high, long low) {
        this.high = high;
        this.low = low;
    }

    /**
     * A new incarnation; to be made durable before it draws its first actor.
     *
     * @param startedMillis milliseconds since 1970; above those of all earlier runs on the directory
     * @param directory the directory's id
     * @param chance random bits, of which 48 are used
     * @return the incarnation
     */
    public static Incarnation of(long startedMillis, byte[] directory, long chance) {
        long started = Math.min(MILLIS_MAX, Math.max(0, startedMillis));
        long tag = tagOf(directory) & 0xffff_ffffL;
        return new Incarnation(started << MILLIS_SHIFT | tag >>> MILLIS_SHIFT, tag << TAG_SHIFT | chance & CHANCE);
    }

    /** The part of a directory's id that its incarnations carry. */
    static int tagOf(byte[] directory) {
        return ByteBuffer.wrap(Arrays.copyOf(directory, Integer.BYTES)).getInt();
    }

    /** The same part, as an actor carries it. */
    static int tagOf(Actor actor) {
        return (int) (actor.incarnationHigh() << MILLIS_SHIFT | actor.incarnationLow() >>> TAG_SHIFT);
    }

    /** When an actor's run started, in milliseconds since 1970 by its own clock. */
    static long startedMillis(Actor actor) {
        return actor.incarnationHigh() >>> MILLIS_SHIFT;
    }

    /**
     * An actor that nobody has had before.
     *
     * @return the actor
     */
    public Actor draw() {
        return new Actor(high, low, drawn.incrementAndGet());
    }

    /**
     * Whether this incarnation drew an actor.
     *
     * @param actor an actor
     * @return true for its own
     */
    public boolean drew(Actor actor) {
        return actor.incarnationHigh() == high && actor.incarnationLow() == low;
    }

    /**
     * When it started.
     *
     * @return milliseconds since 1970
     */
    public long startedMillis() {
        return high >>> MILLIS_SHIFT;
    }

    /**
     * Upper half.
     *
     * @return 64 bits
     */
    public long high() {
        return high;
    }

    /**
     * Lower half; also names this run of the node to its peers.
     *
     * @return 64 bits, 48 of them random
     */
    public long low() {
        return low;
    }
}
