package io.dynamo.core.coordinate;

import io.dynamo.core.replica.Behind;
import io.dynamo.core.runtime.Admission;
import io.dynamo.core.runtime.Lane;
import io.dynamo.spi.NodeRuntime;
import io.dynamo.spi.StorageEngine;
import java.util.function.Supplier;

/**
 * What the coordinators of all lanes of a node share.
 *
 * @param runtime time and chance
 * @param engine for listing keys
 * @param behind of what this node answers no reader
 * @param self this node
 * @param route the present snapshot
 * @param owners who keeps which key
 * @param meters what happened
 * @param admission the node's door
 * @param limits of time and number
 */
public record CoordinatorParts(
        NodeRuntime runtime,
        StorageEngine engine,
        Behind behind,
        Peer self,
        Supplier<Route> route,
        Owners owners,
        Meters meters,
        Admission admission,
        Limits limits) {

    /**
     * Limits of time and number.
     *
     * @param retryWindowMillis how long write ids are remembered
     * @param hedgeMinNanos the shortest wait before another replica is asked
     * @param hedgeMaxNanos the longest
     * @param repairSample share of reads that ask all N
     */
    public record Limits(long retryWindowMillis, long hedgeMinNanos, long hedgeMaxNanos, double repairSample) {}

    /**
     * The home of a request.
     *
     * @param lane where it runs
     * @param number the lane's number
     */
    public record Home(Lane lane, int number) {}
}
