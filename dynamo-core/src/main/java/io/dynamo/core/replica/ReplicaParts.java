package io.dynamo.core.replica;

import io.dynamo.spi.NodeRuntime;
import io.dynamo.spi.StorageEngine;
import org.jspecify.annotations.Nullable;

/** What the replicas of all lanes of a node share. */
public final class ReplicaParts {

    final NodeRuntime runtime;
    final StorageEngine engine;
    final Incarnations incarnations;
    private final @Nullable RecordCache cache;
    final long clockFloor;
    final long skewMillisMax;
    final OwnedKeys owned;
    final Hints hints;
    final WriteBuffer buffer;
    final boolean isIndexed;
    final PurgeAge purgeAge;

    /**
     * Collects the parts of a node that keeps every key.
     *
     * @param runtime time and chance
     * @param engine where the data is
     * @param incarnations who may mint
     * @param limits of the cache and the clock
     */
    public ReplicaParts(NodeRuntime runtime, StorageEngine engine, Incarnations incarnations, Limits limits) {
        this(runtime, engine, incarnations, limits, OwnedKeys.ALL, new Hints(0), new WriteBuffer());
    }

    /**
     * Collects the parts; reads where the clock of earlier runs has been.
     *
     * @param runtime time and chance
     * @param engine where the data is
     * @param incarnations who may mint
     * @param limits of the cache and the clock
     * @param owned which keys are this node's own
     * @param hints what it holds for others
     * @param buffer what is acknowledged before the engine has it
     */
    public ReplicaParts(
            NodeRuntime runtime,
            StorageEngine engine,
            Incarnations incarnations,
            Limits limits,
            OwnedKeys owned,
            Hints hints,
            WriteBuffer buffer) {
        this.runtime = runtime;
        this.engine = engine;
        this.incarnations = incarnations;
        this.cache = cache(engine, limits);
        this.clockFloor = LaneClock.storedCeiling(engine);
        this.skewMillisMax = limits.skewMillisMax();
        this.owned = owned;
        this.hints = hints;
        this.buffer = buffer;
        this.purgeAge = limits.purgeAge();
        this.isIndexed = TreeIndex.isComplete(engine);
    }

    private static @Nullable RecordCache cache(StorageEngine engine, Limits limits) {
        if (engine.isInMemory()) {
            return null;
        }
        return limits.isVirtual()
                ? RecordCache.leastRecentlyUsed(limits.cacheBytesMax())
                : RecordCache.caffeine(limits.cacheBytesMax());
    }

    /** The cache of one more lane: all share one, unless the engine needs none. */
    RecordCache laneCache() {
        return cache == null ? RecordCache.last() : cache;
    }

    /**
     * Limits of the cache and the clock.
     *
     * @param cacheBytesMax memory for decoded records
     * @param isVirtual whether all runs in one thread and must be the same every time
     * @param skewMillisMax how far ahead of the wall clock someone else's timestamp may pull ours
     * @param purgeAge how old what was deleted has to be
     */
    public record Limits(long cacheBytesMax, boolean isVirtual, long skewMillisMax, PurgeAge purgeAge) {

        /**
         * Limits of a replica that never purges.
         *
         * @param cacheBytesMax memory for decoded records
         * @param isVirtual whether all runs in one thread and must be the same every time
         * @param skewMillisMax how far ahead of the wall clock someone else's timestamp may pull ours
         */
        public Limits(long cacheBytesMax, boolean isVirtual, long skewMillisMax) {
            this(cacheBytesMax, isVirtual, skewMillisMax, new PurgeAge(Long.MAX_VALUE, false, 0));
        }
    }

    /**
     * The replica of one lane.
     *
     * @param lane its number
     * @return the replica, not yet confined
     */
    public Replica replica(int lane) {
        return new Replica(this, lane);
    }
}
