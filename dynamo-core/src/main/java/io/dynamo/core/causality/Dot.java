package io.dynamo.core.causality;

/**
 * The name of one write of one key: unique for ever.
 *
 * @param actor who minted it
 * @param counter the actor's count of writes to this key, from 1
 */
public record Dot(Actor actor, long counter) implements Comparable<Dot> {

    /** The last counter is kept free, so that counting on never wraps. */
    static final long COUNTER_MAX = Long.MAX_VALUE - 1;

    /**
     * Checks the range.
     *
     * @param actor see the record
     * @param counter see the record
     */
    public Dot {
        if (counter < 1 || counter > COUNTER_MAX) {
            throw new IllegalArgumentException("counter = " + counter + "; 1 to " + COUNTER_MAX + " are allowed");
        }
    }

    @Override
    public int compareTo(Dot other) {
        int byActor = actor.compareTo(other.actor);
        return byActor != 0 ? byActor : Long.compare(counter, other.counter);
    }

    @Override
    public String toString() {
        return actor + ":" + counter;
    }
}
