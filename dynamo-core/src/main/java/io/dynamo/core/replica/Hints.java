package io.dynamo.core.replica;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the lanes of this node hold for others, together: bounded by {@code hints.bytes}, keys included. At the bound a write
 * is refused; nothing that is held is ever dropped for another.
 *
 * <p>Thread: any.
 */
public final class Hints {

    private final long bytesMax;
    private final AtomicLong bytes = new AtomicLong();
    private final LongAdder refused = new LongAdder();
    private final LongAdder damaged = new LongAdder();
    private final List<LaneHints> lanes = new CopyOnWriteArrayList<>();

    /**
     * Holds nothing yet.
     *
     * @param bytesMax 0 to take nothing
     */
    public Hints(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    void add(LaneHints lane) {
        lanes.add(lane);
    }

    /** Makes room for more; false if there is none. */
    boolean reserve(long more) {
        long before = bytes.get();
        while (before + more <= bytesMax) {
            if (bytes.compareAndSet(before, before + more)) {
                return true;
            }
            before = bytes.get();
        }
        refused.increment();
        return false;
    }

    /** What is there whether there is room or not, or is there no more. */
    void add(long more) {
        bytes.addAndGet(more);
    }

    void damaged() {
        damaged.increment();
    }

    long bytesMax() {
        return bytesMax;
    }

    /**
     * Whether anything is kept for a node.
     *
     * @param target its id
     * @return false also while what an earlier run left is not yet counted
     */
    public boolean isAnyFor(String target) {
        return lanes.stream().anyMatch(lane -> lane.waitingFor(target).count() > 0);
    }

    /**
     * What is held now.
     *
     * @return a snapshot; not atomic over its fields
     */
    public Figures figures() {
        SortedMap<String, Waiting> byTarget = new TreeMap<>();
        long count = 0;
        for (LaneHints lane : lanes) {
            count += lane.count();
            lane.targets().forEach(target -> byTarget.merge(target, lane.waitingFor(target), Waiting::and));
        }
        return new Figures(count, bytes.get(), refused.sum(), damaged.sum(), byTarget);
    }

    /**
     * What a node holds for others.
     *
     * @param count keys
     * @param bytes their keys and records
     * @param refused writes that were not taken because {@code hints.bytes} was reached, since the start
     * @param damaged hints that could not be read, since the start; they stay on disk
     * @param byTarget what waits for each node that something was kept for in this run
     */
    public record Figures(long count, long bytes, long refused, long damaged, Map<String, Waiting> byTarget) {}

    /**
     * What waits for one node.
     *
     * @param count keys
     * @param oldestMillis since when the oldest waits, in milliseconds since 1970, or earlier; 0 if none does
     */
    public record Waiting(long count, long oldestMillis) {

        Waiting and(Waiting more) {
            long oldest = oldestMillis == 0 || more.oldestMillis == 0
                    ? oldestMillis + more.oldestMillis
                    : Math.min(oldestMillis, more.oldestMillis);
            return new Waiting(count + more.count, oldest);
        }
    }
}
