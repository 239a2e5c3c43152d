package io.dynamo.core;

import io.dynamo.spi.NodeRuntime;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Forgets write ids in slices: each lane's partitions once in every retry window. */
record WriteIdSweep(NodeRuntime runtime, Duration window, NodeLanes lanes, BooleanSupplier isClosed) {

    void begin() {
        if (isClosed.getAsBoolean()) {
            return;
        }
        long windowMillis = window.toMillis();
        runtime.schedule(TimeUnit.MILLISECONDS.toNanos(windowMillis), () -> {
            lanes.forgetWriteIds(runtime.wallMillis() - 2 * windowMillis);
            begin();
        });
    }
}
