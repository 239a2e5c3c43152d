package io.dynamo.core;

import io.dynamo.core.coordinate.Coordinator;
import io.dynamo.core.coordinate.Handoff;
import io.dynamo.core.coordinate.Peer;
import io.dynamo.core.purge.PurgeLane;
import io.dynamo.core.repair.RepairLane;
import io.dynamo.core.replica.Replica;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.runtime.Lane;
import io.dynamo.core.wire.Message;
import org.jspecify.annotations.Nullable;

/**
 * A lane and what is confined to it.
 *
 * @param lane runs its tasks one at a time
 * @param replica this node's copy of the lane's keys
 * @param coordinator requests for the lane's keys
 * @param handoff what this node keeps for others
 * @param server what other nodes ask of the lane's keys
 * @param repair compares the lane's partitions with other owners'
 * @param purge removes what was deleted
 */
record NodeLane(
        Lane lane,
        Replica replica,
        Coordinator coordinator,
        Handoff handoff,
        RequestServer server,
        RepairLane repair,
        PurgeLane purge) {

    /** Does what another node asks for. */
    void serve(Peer from, @Nullable StoredKey key, Message.Request request) {
        if (!server.serve(from, key, request) && !purge.answer(from, request)) {
            repair.answer(from, key, request);
        }
    }
}
