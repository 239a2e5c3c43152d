package io.dynamo.core.purge;

import io.dynamo.core.coordinate.Coordinator;
import io.dynamo.core.coordinate.Handoff;
import io.dynamo.core.repair.RepairLane;
import io.dynamo.core.replica.Replica;
import io.dynamo.core.replica.StoredKey;

/**
 * Everything on a node that can still bring a version of a key that is older than what all its owners hold. Whatever sends or
 * merges records and is not in this list makes removing deleted ones unsafe:
 *
 * <ul>
 *   <li>reads, which merge and repair; forwarded writes; writes on their coordinator, repeats among them, and their looks;
 *   <li>records on their way to an owner, or read to be sent: hints, and what is owed. What is owed and not yet read is not in
 *       it: it is read as it is by then;
 *   <li>comparisons with other owners, those of a node that catches up among them;
 *   <li>what is kept for others;
 *   <li>what is left of it on a node that was an owner once: it may be one again.
 * </ul>
 *
 * <p>Not in it, as nobody can ask for them: frames, and messages of which not all chunks have come. For these the asker waits until
 * they are too old. Write ids hold no versions; repeats are refused before a record is old enough.
 */
final class Older {

    private final Replica replica;
    private final Coordinator coordinator;
    private final Handoff handoff;
    private final RepairLane repair;

    Older(Replica replica, Coordinator coordinator, Handoff handoff, RepairLane repair) {
        this.replica = replica;
        this.coordinator = coordinator;
        this.handoff = handoff;
        this.repair = repair;
    }

    /** Whether any of it may hold what was true before some time, since when every owner holds more. */
    boolean isAny(StoredKey key, long beforeNanos) {
        return coordinator.mayHold(key, beforeNanos)
                || handoff.mayHold(key)
                || repair.isComparing(key.partition(), beforeNanos)
                || replica.deletes().isKeptForOthers(key)
                || replica.deletes().isLeftOver(key);
    }
}
