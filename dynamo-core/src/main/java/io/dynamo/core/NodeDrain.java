package io.dynamo.core;

import io.dynamo.spi.NodeRuntime;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Waits until no lane has a request under way, then fails what is left. */
final class NodeDrain {

    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private NodeDrain() {}

    static void begin(NodeRuntime runtime, List<NodeLane> lanes, long limitNanos, CompletableFuture<Void> drained) {
        look(runtime, lanes, runtime.nanoTime() + limitNanos, drained);
    }

    private static void look(
            NodeRuntime runtime, List<NodeLane> lanes, long deadlineNanos, CompletableFuture<Void> drained) {
        AtomicInteger waiting = new AtomicInteger();
        AtomicInteger unseen = new AtomicInteger(lanes.size());
        for (NodeLane lane : lanes) {
            lane.lane().execute(() -> {
                // It goes on in the next run, and nobody waits for it.
                lane.handoff().close();
                lane.repair().close();
                lane.purge().close();
                waiting.addAndGet(lane.coordinator().waiting());
                if (unseen.decrementAndGet() > 0) {
                    return;
                }
                if (waiting.get() == 0 || runtime.nanoTime() >= deadlineNanos) {
                    finish(lanes, drained);
                } else {
                    runtime.schedule(LOOK_AGAIN_NANOS, () -> look(runtime, lanes, deadlineNanos, drained));
                }
            });
        }
    }

    private static void finish(List<NodeLane> lanes, CompletableFuture<Void> drained) {
        AtomicInteger open = new AtomicInteger(lanes.size());
        for (NodeLane lane : lanes) {
            lane.lane().execute(() -> {
                lane.coordinator().close();
                if (open.decrementAndGet() == 0) {
                    drained.complete(null);
                }
            });
        }
    }
}
