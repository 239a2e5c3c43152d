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
 * is refused; nothing that is held is ever dropped for another. And what it owes them of its own, which is only noted.
 *
 * <p>Thread: any.
 */
public final class Hints {

    private final long bytesMax;
    private final AtomicLong bytes = new AtomicLong();
    private final LongAdder refused = new LongAdder();
    private final LongAdder damaged = new LongAdder();
    private final List<LaneHints> lanes = new CopyOnWriteArrayList<>();
    private final Owed owed = new Owed();

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

    Owed owed() {
        return owed;
    }

    /**
     * Whether anything is kept for a node, or owed to it.
     *
     * @param target its id
     * @return false also while what an earlier run left is not yet counted
     */
    public boolean isAnyFor(String target) {
        return owed.countFor(target) > 0
                || lanes.stream().anyMatch(lane -> lane.waitingFor(target).count() > 0);
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
        return new Figures(count, bytes.get(), refused.sum(), damaged.sum(), byTarget, owed.debts());
    }

    /**
     * What a node holds for others.
     *
     * @param count keys
     * @param bytes their keys and records
     * @param refused writes that were not taken because {@code hints.bytes} was reached, since the start
     * @param damaged hints that could not be read, since the start; they stay on disk
     * @param byTarget what waits for each node that something was kept for in this run
     * @param owed what it owes them of its own
     */
    public record Figures(
            long count, long bytes, long refused, long damaged, Map<String, Waiting> byTarget, Debts owed) {

        /**
         * What waits for a node.
         *
         * @param target its id
         * @return nothing if nothing was kept for it
         */
        public Waiting waitingFor(String target) {
            return byTarget.getOrDefault(target, new Waiting(0, 0));
        }

        /**
         * How many keys a node owes another.
         *
         * @param target the other's id
         * @return the number
         */
        public long owedTo(String target) {
            return owed.byTarget().getOrDefault(target, 0L);
        }
    }

    /**
     * What an owner owes the others: keys that it has written and they have not acknowledged.
     *
     * @param bytes memory it takes, about
     * @param dropped keys that were not noted because there was no room, since the start
     * @param byTarget keys owed to each node that something was owed to in this run
     */
    public record Debts(long bytes, long dropped, Map<String, Long> byTarget) {

        /**
         * How many keys are owed, to how many nodes each.
         *
         * @return their sum
         */
        public long count() {
            return byTarget.values().stream().mapToLong(Long::longValue).sum();
        }
    }

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
