package io.dynamo.core.replica;

import io.dynamo.core.runtime.LookupTable;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts what one lane holds for others. A change counts from when it is staged; what it frees counts until it is durable,
 * so that the disk never holds more than the bound.
 *
 * <p>Thread: the lane; figures are read by any.
 */
final class LaneHints {

    private final Hints all;
    private final BootScan boot;
    private final Map<String, Target> targets = new ConcurrentSkipListMap<>();
    // Where something is held: a round looks nowhere else.
    private final NavigableMap<Integer, Integer> partitions = new TreeMap<>();
    private final LookupTable<StoredKey, Staged> staged = new LookupTable<>();
    private volatile long count;
    private Runnable firstTaken = () -> {};

    private record Staged(Held before, Held record, Commit commit) {}

    /** What waits for one node; written by the lane alone. */
    private static final class Target {
        private volatile Hints.Waiting waiting = new Hints.Waiting(0, 0);
        // The oldest that the present round has met; what it has not met is gone.
        private long metMillis;

        void add(int more, long sinceMillis) {
            Hints.Waiting before = waiting;
            long total = before.count() + more;
            long oldest = before.oldestMillis();
            if (total == 0) {
                oldest = 0;
            } else if (more > 0) {
                oldest = earlier(oldest, sinceMillis);
                metMillis = earlier(metMillis, sinceMillis);
            }
            waiting = new Hints.Waiting(total, oldest);
        }

        static long earlier(long oldest, long sinceMillis) {
            return oldest == 0 ? sinceMillis : Math.min(oldest, sinceMillis);
        }
    }

    LaneHints(Hints all, BootScan boot) {
        this.all = all;
        this.boot = boot;
        all.add(this);
    }

    /** Told when something is held and nothing was. */
    void whenFirstTaken(Runnable task) {
        firstTaken = task;
    }

    long count() {
        return count;
    }

    Iterable<String> targets() {
        return targets.keySet();
    }

    Hints.Waiting waitingFor(String target) {
        Target known = targets.get(target);
        return known == null ? new Hints.Waiting(0, 0) : known.waiting;
    }

    /** When the oldest of all was taken; 0 if there is none. */
    long oldestMillis() {
        long oldest = 0;
        for (Target target : targets.values()) {
            long since = target.waiting.oldestMillis();
            oldest = since == 0 ? oldest : Target.earlier(oldest, since);
        }
        return oldest;
    }

    /** The first partition from here on that holds something; -1 if there is none. */
    int partitionFrom(int partition) {
        Integer found = partitions.ceilingKey(partition);
        return found == null ? -1 : found;
    }

    /**
     * A change is about to be staged.
     *
     * @throws HintsFullException if there is no room for it
     */
    void change(StoredKey key, Held before, Held after, Commit commit) {
        boolean isCounted = boot.hasCounted(key);
        long more = size(key, after) - (isCounted ? size(key, before) : 0);
        if (size(key, after) <= size(key, before)) {
            // What makes it less is never refused.
            all.add(Math.max(0, more));
            commit.hintBytesFreed += Math.max(0, -more);
        } else if (!all.reserve(more)) {
            throw new HintsFullException(all.bytesMax());
        }
        boot.counted(key);
        count(key, isCounted ? before.hint() : Hint.NONE, after.hint());
        staged.put(key, new Staged(before, after, commit));
        commit.hints.add(key);
    }

    /** An entry that an earlier run left. */
    void found(StoredKey key, Held held) {
        all.add(size(key, held));
        count(key, Hint.NONE, held.hint());
    }

    /**
     * A commit is over.
     *
     * @param reader tells what the engine holds of a key, after a commit that failed; null if it cannot be read
     */
    void finished(Commit commit, boolean hasFailed, Reader reader) {
        all.add(-commit.hintBytesFreed);
        for (StoredKey key : commit.hints) {
            Staged latest = staged.get(key);
            if (latest == null || latest.commit() != commit) {
                continue;
            }
            staged.remove(key);
            if (hasFailed) {
                Held read = reader.read(key);
                // Unreadable now: as long as nobody knows that it is gone, rounds look for it.
                Held real = read != null ? read : latest.record().hint().isNone() ? latest.before() : latest.record();
                all.add(size(key, real) - size(key, latest.record()));
                count(key, latest.record().hint(), real.hint());
            }
        }
    }

    /** What is staged of a key and not yet durable; null if nothing is. */
    @Nullable
    Held staged(StoredKey key) {
        Staged latest = staged.get(key);
        return latest == null ? null : latest.record();
    }

    /** Reads what the engine holds. */
    @FunctionalInterface
    interface Reader {
        @Nullable
        Held read(StoredKey key);
    }

    /** A round through everything begins. */
    void roundBegins() {
        targets.values().forEach(target -> target.metMillis = 0);
    }

    /** The round meets a hint. */
    void met(Held held) {
        for (String id : held.hint().targets()) {
            Target target = targets.get(id);
            if (target != null) {
                target.metMillis = Target.earlier(target.metMillis, held.hint().sinceMillis());
            }
        }
    }

    /** The round has met everything. */
    void roundEnds() {
        for (Target target : targets.values()) {
            long waiting = target.waiting.count();
            // What is not yet on the disk is met by a later round.
            long oldest = target.metMillis == 0 ? target.waiting.oldestMillis() : target.metMillis;
            target.waiting = new Hints.Waiting(waiting, waiting == 0 ? 0 : oldest);
        }
    }

    private void count(StoredKey key, Hint before, Hint after) {
        before.targets().forEach(target -> target(target).add(-1, 0));
        after.targets().forEach(target -> target(target).add(1, after.sinceMillis()));
        int more = (after.isNone() ? 0 : 1) - (before.isNone() ? 0 : 1);
        if (more == 0) {
            return;
        }
        int here = partitions.getOrDefault(key.partition(), 0) + more;
        if (here == 0) {
            partitions.remove(key.partition());
        } else {
            partitions.put(key.partition(), here);
        }
        boolean isFirst = count == 0;
        long total = count + more;
        count = total;
        if (isFirst) {
            firstTaken.run();
        }
    }

    private Target target(String id) {
        return targets.computeIfAbsent(id, ignored -> new Target());
    }

    static long size(StoredKey key, Held held) {
        return held.hint().isNone() ? 0 : key.bytes().length + (long) HintCodec.size(held);
    }
}
