package io.dynamo.core.repair;

import io.dynamo.core.coordinate.Slices;
import io.dynamo.core.replica.Trees;
import io.dynamo.core.runtime.Lane;
import io.dynamo.core.tree.HashTree;
import io.dynamo.spi.NodeRuntime;
import io.dynamo.spi.StorageException;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gets the trees of a lane ready: small ones at once, others slice by slice between the lane's other tasks. */
final class TreeBuilder {

    private static final Logger LOG = LoggerFactory.getLogger(TreeBuilder.class);
    private static final int SLICE = 512;
    /** About what an entry takes on the disk. */
    private static final int ENTRY_BYTES = 64;

    private final NodeRuntime runtime;
    private final Lane lane;
    private final Trees trees;
    private final Slices slices;
    private final TreeSet<Integer> underWay = new TreeSet<>();
    private boolean isClosed;

    TreeBuilder(NodeRuntime runtime, Lane lane, Trees trees, Slices slices) {
        this.runtime = runtime;
        this.lane = lane;
        this.trees = trees;
        this.slices = slices;
    }

    /** The trees of a partition; null if they are not ready yet. */
    @Nullable
    Map<String, HashTree> ready(int partition) {
        if (trees.isIndexed() && trees.isToBeBuilt(partition) && underWay.add(partition)) {
            // Counts, and fills: that is all for a small one.
            slice(partition, 2);
        }
        return trees.ready(partition);
    }

    void close() {
        isClosed = true;
    }

    private void slice(int partition, int count) {
        try {
            for (int i = 0; i < count; i++) {
                if (isClosed || trees.build(partition, SLICE)) {
                    underWay.remove(partition);
                    return;
                }
            }
            later(partition);
        } catch (StorageException e) {
            LOG.warn("cannot read the digests of partition {} at present: {}", partition, e.getMessage());
            underWay.remove(partition);
        }
    }

    private void later(int partition) {
        boolean isLetOn = slices.take(SLICE * ENTRY_BYTES);
        runtime.schedule(
                isLetOn ? 0 : slices.turnNanos(SLICE * ENTRY_BYTES),
                () -> lane.execute(() -> {
                    if (isLetOn || isClosed) {
                        slice(partition, 1);
                    } else {
                        later(partition);
                    }
                }));
    }
}
