package io.dynamo.core.replica;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the lanes of this node owe other owners, together: keys of its own whose writes those have not acknowledged. Bounded,
 * and only a shortcut: what is not noted, or forgotten in a restart, owners find when they compare what they hold.
 *
 * <p>Thread: any.
 */
final class Owed {

    private static final long BYTES_MAX = 16 << 20;

    private final long bytesMax;
    private final AtomicLong bytes = new AtomicLong();
    private final LongAdder dropped = new LongAdder();
    private final Map<String, LongAdder> byTarget = new ConcurrentSkipListMap<>();

    Owed() {
        this(BYTES_MAX);
    }

    Owed(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Makes room for one more key; false if there is none. */
    boolean reserve(long more) {
        if (bytes.addAndGet(more) <= bytesMax) {
            return true;
        }
        bytes.addAndGet(-more);
        dropped.increment();
        return false;
    }

    void release(long less) {
        bytes.addAndGet(-less);
    }

    void count(String target, int more) {
        byTarget.computeIfAbsent(target, ignored -> new LongAdder()).add(more);
    }

    long countFor(String target) {
        LongAdder count = byTarget.get(target);
        return count == null ? 0 : count.sum();
    }

    Hints.Debts debts() {
        SortedMap<String, Long> counts = new TreeMap<>();
        byTarget.forEach((target, count) -> counts.put(target, count.sum()));
        return new Hints.Debts(bytes.get(), dropped.sum(), counts);
    }
}
