package io.dynamo.core.replica;

import io.dynamo.core.causality.Actor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One run of one process on one directory: draws the actors that mint dots. New at every start without exception, because
 * the directory may be a restored copy, and again when a commit failed (traps T3, T5).
 *
 * <p>Thread: any.
 */
public final class Incarnation {

    private final long high;
    private final long low;
    private final AtomicLong drawn = new AtomicLong();

    /**
     * A new incarnation; to be made durable before it draws its first actor.
     *
     * @param high 64 random bits
     * @param low 64 random bits
     */
    public Incarnation(long high, long low) {
        this.high = high;
        this.low = low;
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
     * Upper half.
     *
     * @return 64 random bits
     */
    public long high() {
        return high;
    }

    /**
     * Lower half; also names this run of the node to its peers.
     *
     * @return 64 random bits
     */
    public long low() {
        return low;
    }
}
