package io.dynamo.core;

import io.dynamo.spi.NodeRuntime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Forgets write ids in slices: each lane's partitions once in every retry window. */
record WriteIdSweep(NodeRuntime runtime, Duration window, List<NodeLane> lanes, BooleanSupplier isClosed) {

    void begin() {
        if (isClosed.getAsBoolean()) {
            return;
        }
        long windowMillis = window.toMillis();
        runtime.schedule(TimeUnit.MILLISECONDS.toNanos(windowMillis), () -> {
            long before = runtime.wallMillis() - 2 * windowMillis;
            for (NodeLane lane : lanes) {
                lane.lane().execute(() -> lane.replica().forgetWriteIds(before));
            }
            begin();
        });
    }
}
