package io.dynamo.core;

import io.dynamo.core.replica.Outdated;
import io.dynamo.core.replica.Settled;
import io.dynamo.spi.NodeRuntime;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes off the disk of a node that is on an older copy of its directory what may have been removed elsewhere since. Thread: any.
 */
final class Dropping {

    private static final Logger LOG = LoggerFactory.getLogger(Dropping.class);
    private static final int SLICE = 256;

    private final NodeRuntime runtime;
    private final Runnable done;
    private final AtomicInteger open;
    private final AtomicInteger dropped = new AtomicInteger();

    private Dropping(NodeRuntime runtime, int partitions, Runnable done) {
        this.runtime = runtime;
        this.done = done;
        this.open = new AtomicInteger(partitions);
    }

    /** Begins; what fails is begun anew by whoever asks next. */
    static void begin(NodeParts parts, NodeLanes lanes, List<Settled> elsewhere, Runnable done) {
        NodeRuntime runtime = parts.host().runtime();
        StorageEngine engine = parts.storage().engine();
        Dropping all = new Dropping(runtime, elsewhere.size(), done);
        for (Settled one : elsewhere) {
            NodeLane lane = lanes.of(one.partition());
            lane.lane().execute(() -> all.goOn(lane, new Outdated(engine, lane.replica(), one)));
        }
    }

    private void goOn(NodeLane lane, Outdated outdated) {
        try {
            if (outdated.slice(SLICE, failure -> through(outdated, failure))) {
                runtime.execute(() -> lane.lane().execute(() -> goOn(lane, outdated)));
            }
        } catch (StorageException e) {
            through(outdated, e);
        }
    }

    private void through(Outdated outdated, @Nullable StorageException failure) {
        dropped.addAndGet(outdated.dropped());
        if (failure != null) {
            LOG.warn(
                    "cannot drop what may have been removed of partition {} at present, will try again: {}",
                    outdated.partition(),
                    failure.getMessage());
        }
        if (open.decrementAndGet() == 0) {
            LOG.warn(
                    "dropped {} records that may have been removed elsewhere while this data directory was another one; what"
                            + " the other owners have of them is fetched",
                    dropped.get());
            done.run();
        }
    }
}
