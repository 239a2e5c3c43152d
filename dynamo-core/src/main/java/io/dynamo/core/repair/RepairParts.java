package io.dynamo.core.repair;

import io.dynamo.core.coordinate.CoordinatorParts;
import io.dynamo.core.coordinate.Slices;
import io.dynamo.core.replica.Keeping;
import io.dynamo.core.replica.StoredKey;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * What the repair of all lanes of a node shares.
 *
 * @param shared what coordinators share as well
 * @param limits of time and number
 * @param keeping how a store keeps its records, by its name
 * @param slices how much may be asked for, sent and indexed
 * @param running how many exchanges run on the node
 */
public record RepairParts(
        CoordinatorParts shared,
        Limits limits,
        Function<String, Keeping> keeping,
        Slices slices,
        AtomicInteger running) {

    /**
     * Limits of time and number.
     *
     * @param everyNanos how long after the end of an exchange the same two compare again; 0 for never by themselves
     * @param objectsMax records of one exchange on their way
     * @param exchangesMax exchanges of the node at once
     * @param partitions Q
     * @param replicasMax the largest N of a store
     */
    public record Limits(long everyNanos, int objectsMax, int exchangesMax, int partitions, int replicasMax) {}

    /** Whether a store of a partition belongs to this node and another: a stand-in compares nothing (traps T10, T21). */
    boolean isOfBoth(String store, int partition, String other) {
        if (!StoredKey.isStoreName(store)) {
            return false;
        }
        StoredKey any = StoredKey.parse(StoredKey.storeRange(store, partition));
        return shared.owners().owns(any) && shared.owners().owner(any, other) != null;
    }
}
