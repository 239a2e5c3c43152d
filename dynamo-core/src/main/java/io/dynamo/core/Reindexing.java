package io.dynamo.core;

import io.dynamo.core.coordinate.Slices;
import io.dynamo.core.replica.Reindex;
import io.dynamo.core.replica.TreeIndex;
import io.dynamo.spi.NodeRuntime;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Indexes a directory of before there were hash trees, while its node serves; its records are compared with no other
 * replica's until then. Thread: any.
 */
final class Reindexing {

    private static final Logger LOG = LoggerFactory.getLogger(Reindexing.class);
    private static final int SLICE = 256;

    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final NodeRuntime runtime;
    private final StorageEngine engine;
    private final Slices slices;
    private final AtomicInteger open;

    private Reindexing(NodeRuntime runtime, StorageEngine engine, Slices slices, int lanes) {
        this.runtime = runtime;
        this.engine = engine;
        this.slices = slices;
        this.open = new AtomicInteger(lanes);
    }

    /** Begins, unless all is indexed already. */
    static void begin(NodeRuntime runtime, StorageEngine engine, NodeLanes lanes, int partitions) {
        if (TreeIndex.isComplete(engine)) {
            return;
        }
        LOG.info("the data directory is of before there were hash trees; its records are indexed");
        Reindexing all = new Reindexing(
                runtime, engine, lanes.repairSlices(), lanes.all().size());
        for (NodeLane lane : lanes.all()) {
            List<Integer> own = new ArrayList<>();
            for (int partition = 0; partition < partitions; partition++) {
                if (lanes.of(partition) == lane) {
                    own.add(partition);
                }
            }
            lane.lane().execute(() -> all.begin(lane, own));
        }
    }

    private void begin(NodeLane lane, List<Integer> partitions) {
        goOn(lane, partitions, new Reindex(engine, lane.replica(), partitions));
    }

    private void goOn(NodeLane lane, List<Integer> partitions, Reindex reindex) {
        if (!slices.take(1)) {
            runtime.schedule(slices.turnNanos(1), () -> lane.lane().execute(() -> goOn(lane, partitions, reindex)));
            return;
        }
        try {
            boolean[] isOver = {false};
            isOver[0] = !reindex.slice(SLICE, failure -> {
                if (failure != null) {
                    again(lane, partitions, failure);
                } else {
                    runtime.execute(() -> lane.lane().execute(() -> {
                        if (isOver[0]) {
                            over();
                        } else {
                            goOn(lane, partitions, reindex);
                        }
                    }));
                }
            });
            slices.pay(reindex.bytesRead());
        } catch (StorageException e) {
            again(lane, partitions, e);
        }
    }

    private void again(NodeLane lane, List<Integer> partitions, StorageException failure) {
        LOG.warn("cannot index the records at present, will try again: {}", failure.getMessage());
        runtime.schedule(RETRY_NANOS, () -> lane.lane().execute(() -> begin(lane, partitions)));
    }

    private void over() {
        if (open.decrementAndGet() == 0) {
            TreeIndex.mark(engine, Reindexing::marked);
        }
    }

    private static void marked(@Nullable StorageException failure) {
        if (failure == null) {
            LOG.info("all records are indexed");
        } else {
            LOG.warn("all records are indexed, and will be again by the next run: {}", failure.getMessage());
        }
    }
}
