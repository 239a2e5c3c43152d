package io.dynamo.api;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a node does beside answering requests, and how fast (Dynamo §6.5). Work in the background gets its whole rate while
 * requests of applications are quick, and a smaller share of it while they are not.
 *
 * @param node the node's id
 * @param share which share of {@code hints.rate} and {@code repair.rate} there is, from 1/256 to 1
 * @param p99 what 99 of 100 requests took at most when work in the background last looked; empty if there were too few
 * @param quietP99 the same while there was no such work; empty if that is not known
 * @param work each kind of it
 */
public record Status(String node, double share, Optional<Duration> p99, Optional<Duration> quietP99, List<Work> work) {

    /**
     * Copies the list.
     *
     * @param node see the record
     * @param share see the record
     * @param p99 see the record
     * @param quietP99 see the record
     * @param work see the record
     */
    public Status {
        work = List.copyOf(work);
    }

    /**
     * One kind of work.
     *
     * @param kind which one
     * @param done how much of it was done since the node started
     * @param left how much is known to be left
     */
    public record Work(Kind kind, long done, long left) {}

    /** Kinds of work, and what they are counted in. */
    public enum Kind {
        /** Records that are handed over to those for whom they are kept, or to whom they are owed. */
        HANDOFF,
        /** Comparisons of a partition with another owner's that this node has begun; left are those under way. */
        COMPARISON,
        /** Partitions that answer readers; left are those of which the data was lost, and that do not yet. */
        CATCHING_UP
    }
}
