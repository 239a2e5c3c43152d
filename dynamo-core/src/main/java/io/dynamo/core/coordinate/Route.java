package io.dynamo.core.coordinate;

/** A snapshot of who is responsible for what. Immutable; the peers in it live on from one snapshot to the next. */
public interface Route {

    /**
     * Identifies the placement.
     *
     * @return its digest
     */
    long digest();

    /**
     * All members in the order in which they are responsible for a partition (Dynamo §4.3).
     *
     * @param partition the partition
     * @return not to be changed
     */
    Peer[] preferenceList(int partition);
}
