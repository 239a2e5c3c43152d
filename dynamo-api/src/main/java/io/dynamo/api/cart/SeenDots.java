package io.dynamo.api.cart;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A causal context: which dots a state has seen. Per actor it holds ranges of counters, so that both a plain vector (one
 * range from 1) and dots that stand apart are short. Immutable.
 */
final class SeenDots {

    static final SeenDots NONE = new SeenDots(new TreeMap<>());

    /** Counters {@code from..to}, both included. */
    record Range(long from, long to) {}

    /** Sorted, never empty, never touching one another. */
    private final SortedMap<Long, List<Range>> byActor;

    private SeenDots(SortedMap<Long, List<Range>> byActor) {
        this.byActor = Collections.unmodifiableSortedMap(byActor);
    }

    /** Takes ranges in any order, also such that touch. */
    static SeenDots of(SortedMap<Long, List<Range>> ranges) {
        SortedMap<Long, List<Range>> joined = new TreeMap<>();
        ranges.forEach((actor, list) -> joined.put(actor, join(list)));
        return new SeenDots(joined);
    }

    SortedMap<Long, List<Range>> byActor() {
        return byActor;
    }

    boolean contains(Dot dot) {
        List<Range> ranges = byActor.getOrDefault(dot.actor(), List.of());
        int low = 0;
        int high = ranges.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Range range = ranges.get(middle);
            if (dot.counter() < range.from()) {
                high = middle - 1;
            } else if (dot.counter() > range.to()) {
                low = middle + 1;
            } else {
                return true;
            }
        }
        return false;
    }

    /** Whether every dot of the dot's actor up to and without the dot itself was seen, and none after it. */
    boolean endsJustBefore(Dot dot) {
        List<Range> ranges = byActor.getOrDefault(dot.actor(), List.of());
        return ranges.isEmpty()
                ? dot.counter() == 1
                : ranges.size() == 1 && ranges.get(0).equals(new Range(1, dot.counter() - 1));
    }

    SeenDots plus(Dot dot) {
        SortedMap<Long, List<Range>> one = new TreeMap<>();
        one.put(dot.actor(), List.of(new Range(dot.counter(), dot.counter())));
        return union(new SeenDots(one));
    }

    SeenDots union(SeenDots other) {
        if (byActor.equals(other.byActor)) {
            return this;
        }
        SortedMap<Long, List<Range>> all = new TreeMap<>(byActor);
        other.byActor.forEach((actor, ranges) -> all.merge(actor, ranges, (mine, theirs) -> {
            List<Range> both = new ArrayList<>(mine);
            both.addAll(theirs);
            return join(both);
        }));
        return new SeenDots(all);
    }

    private static List<Range> join(List<Range> ranges) {
        List<Range> sorted = new ArrayList<>(ranges);
        sorted.sort((a, b) -> Long.compare(a.from(), b.from()));
        List<Range> joined = new ArrayList<>();
        for (Range range : sorted) {
            Range last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
            // from - 1 and not to + 1, which may overflow
            if (last != null && range.from() - 1 <= last.to()) {
                joined.set(joined.size() - 1, new Range(last.from(), Math.max(last.to(), range.to())));
            } else {
                joined.add(range);
            }
        }
        return List.copyOf(joined);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SeenDots that && byActor.equals(that.byActor);
    }

    @Override
    public int hashCode() {
        return byActor.hashCode();
    }
}
