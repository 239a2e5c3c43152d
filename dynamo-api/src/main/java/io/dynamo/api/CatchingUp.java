package io.dynamo.api;

import java.util.List;

/**
 * What a node that came back without its data still lacks. Until it has compared a partition with all its other owners it
 * takes writes for it and answers no readers.
 *
 * @param partitions how many partitions are left
 * @param waitingFor ids of the members that it has to hear from, or to compare with, before it answers; one that is gone for
 *     good holds it up
 */
public record CatchingUp(int partitions, List<String> waitingFor) {

    /**
     * Copies the list.
     *
     * @param partitions see the record
     * @param waitingFor see the record
     */
    public CatchingUp {
        waitingFor = List.copyOf(waitingFor);
    }
}
