package io.dynamo.api.cart;

/**
 * The name of one stamped change.
 *
 * @param actor who made it
 * @param counter its number among the actor's changes, from 1
 */
record Dot(long actor, long counter) implements Comparable<Dot> {

    @Override
    public int compareTo(Dot other) {
        int byActor = Long.compare(actor, other.actor);
        return byActor != 0 ? byActor : Long.compare(counter, other.counter);
    }
}
