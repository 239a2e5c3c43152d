package io.dynamo.core.causality;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A set of dots: everything its holder has seen of one key. Kept as a version vector (all dots of an actor up to a
 * counter) and the dots that stand apart from it because some before them were not seen.
 *
 * <p>Immutable and normal: equal sets have equal forms, so that replicas that agree hold the same bytes.
 */
public final class CausalContext {

    /** Nothing seen. */
    public static final CausalContext EMPTY = new CausalContext(new Actor[0], new long[0], new Dot[0]);

    // Sorted by actor; counters[i] belongs to actors[i] and is at least 1.
    private final Actor[] actors;
    private final long[] counters;
    // Sorted; none is covered by the vector or next to it.
    private final Dot[] detached;

    private CausalContext(Actor[] actors, long[] counters, Dot[] detached) {
        this.actors = actors;
        this.counters = counters;
        this.detached = detached;
    }

    /**
     * Builds a context from parts in any order.
     *
     * @param vector the last dot of each run 1..counter that was seen whole
     * @param dots single dots
     * @return the context
     */
    public static CausalContext of(List<Dot> vector, List<Dot> dots) {
        Builder builder = new Builder(vector.size());
        for (Dot last : sorted(vector)) {
            builder.runUpTo(last);
        }
        return builder.build(sorted(dots));
    }

    /** A context of these very parts; null if they are not in normal form. */
    static @Nullable CausalContext ofNormal(Actor[] actors, long[] counters, Dot[] detached) {
        for (int i = 1; i < actors.length; i++) {
            if (actors[i - 1].compareTo(actors[i]) >= 0) {
                return null;
            }
        }
        CausalContext context =
                actors.length + detached.length == 0 ? EMPTY : new CausalContext(actors, counters, detached);
        for (int i = 0; i < detached.length; i++) {
            int at = context.indexOf(detached[i].actor());
            boolean isNext = detached[i].counter() <= (at < 0 ? 0 : counters[at]) + 1;
            if (isNext || i > 0 && detached[i - 1].compareTo(detached[i]) >= 0) {
                return null;
            }
        }
        return context;
    }

    private static Dot[] sorted(List<Dot> dots) {
        Dot[] sorted = dots.toArray(Dot[]::new);
        if (sorted.length > 1) {
            Arrays.sort(sorted);
        }
        return sorted;
    }

    /**
     * Whether a write was seen.
     *
     * @param dot its dot
     * @return true if it is in the set
     */
    public boolean contains(Dot dot) {
        int at = indexOf(dot.actor());
        if (at >= 0 && counters[at] >= dot.counter()) {
            return true;
        }
        return detached.length > 0 && Arrays.binarySearch(detached, dot) >= 0;
    }

    /**
     * Whether everything in another context was seen.
     *
     * @param other another context
     * @return true if it is a subset of this one
     */
    public boolean covers(CausalContext other) {
        for (int i = 0; i < other.actors.length; i++) {
            int at = indexOf(other.actors[i]);
            // Normal form: a whole run is covered only by a run, never by dots that stand apart.
            if (at < 0 || counters[at] < other.counters[i]) {
                return false;
            }
        }
        for (Dot dot : other.detached) {
            if (!contains(dot)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The union of both sets.
     *
     * @param other another context
     * @return this or the other one where it already is the union
     */
    public CausalContext join(CausalContext other) {
        if (covers(other)) {
            return this;
        }
        if (other.covers(this)) {
            return other;
        }
        Builder builder = new Builder(actors.length + other.actors.length);
        int i = 0;
        int j = 0;
        while (i < actors.length || j < other.actors.length) {
            int order = i == actors.length ? 1 : j == other.actors.length ? -1 : actors[i].compareTo(other.actors[j]);
            if (order < 0) {
                builder.run(actors[i], counters[i++]);
            } else if (order > 0) {
                builder.run(other.actors[j], other.counters[j++]);
            } else {
                builder.run(actors[i], Math.max(counters[i++], other.counters[j++]));
            }
        }
        return builder.build(mergeSorted(detached, other.detached));
    }

    /**
     * This set and one more dot.
     *
     * @param dot the dot
     * @return the larger set
     */
    public CausalContext with(Dot dot) {
        return contains(dot) ? this : join(of(List.of(), List.of(dot)));
    }

    /**
     * The highest counter of an actor that was seen, gaps or not.
     *
     * @param actor an actor
     * @return 0 if none was
     */
    public long highest(Actor actor) {
        int at = indexOf(actor);
        long highest = at < 0 ? 0 : counters[at];
        for (Dot dot : detached) {
            if (dot.actor().equals(actor)) {
                highest = Math.max(highest, dot.counter());
            }
        }
        return highest;
    }

    /**
     * The actors of whom something was seen.
     *
     * @return sorted, each once
     */
    public List<Actor> actors() {
        TreeSet<Actor> all = new TreeSet<>(Arrays.asList(actors));
        for (Dot dot : detached) {
            all.add(dot.actor());
        }
        return new ArrayList<>(all);
    }

    /**
     * How long this context is: each run and each dot that stands apart is one entry, the paper's (node, counter) pair.
     *
     * @return the number of entries
     */
    public int entries() {
        return actors.length + detached.length;
    }

    /**
     * The part that some actors minted.
     *
     * @param which the actors
     * @return this, if that is all
     */
    public CausalContext only(Predicate<Actor> which) {
        List<Dot> runs = new ArrayList<>(vector());
        runs.removeIf(dot -> !which.test(dot.actor()));
        List<Dot> apart = new ArrayList<>(detached());
        apart.removeIf(dot -> !which.test(dot.actor()));
        return runs.size() + apart.size() == entries() ? this : of(runs, apart);
    }

    /**
     * Forgets actors whole. One of whom more was seen here than is to be forgotten stays: what was seen beyond that may be
     * news to whoever decided.
     *
     * @param forgotten what may go
     * @param stays actors that must not go
     * @return this, if nothing goes
     */
    public CausalContext without(CausalContext forgotten, Predicate<Actor> stays) {
        TreeSet<Actor> gone = new TreeSet<>(forgotten.actors());
        gone.removeIf(actor -> stays.test(actor) || !forgotten.covers(only(actor::equals)));
        return gone.isEmpty() ? this : only(actor -> !gone.contains(actor));
    }

    /**
     * The version vector.
     *
     * @return the last dot of each whole run, sorted
     */
    public List<Dot> vector() {
        List<Dot> runs = new ArrayList<>(actors.length);
        for (int i = 0; i < actors.length; i++) {
            runs.add(new Dot(actors[i], counters[i]));
        }
        return runs;
    }

    /**
     * The dots that stand apart from the vector.
     *
     * @return sorted
     */
    public List<Dot> detached() {
        return List.of(detached);
    }

    /**
     * Whether nothing was seen.
     *
     * @return true for the empty set
     */
    public boolean isEmpty() {
        return actors.length == 0 && detached.length == 0;
    }

    /** How many whole runs there are. */
    int runs() {
        return actors.length;
    }

    /** Whose a run is, in the order of actors. */
    Actor actorOf(int run) {
        return actors[run];
    }

    /** The last counter of a run. */
    long counterOf(int run) {
        return counters[run];
    }

    /** Which run is an actor's; negative if none is. */
    int indexOf(Actor actor) {
        // Contexts have a handful of actors: a straight look beats a binary search there.
        if (actors.length > 8) {
            return Arrays.binarySearch(actors, actor);
        }
        for (int i = 0; i < actors.length; i++) {
            if (actors[i].equals(actor)) {
                return i;
            }
        }
        return -1;
    }

    private static Dot[] mergeSorted(Dot[] a, Dot[] b) {
        if (a.length == 0 || b.length == 0) {
            return a.length == 0 ? b : a;
        }
        Dot[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        Arrays.sort(both);
        return both;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof CausalContext that
                        && Arrays.equals(actors, that.actors)
                        && Arrays.equals(counters, that.counters)
                        && Arrays.equals(detached, that.detached));
    }

    @Override
    public int hashCode() {
        return (Arrays.hashCode(actors) * 31 + Arrays.hashCode(counters)) * 31 + Arrays.hashCode(detached);
    }

    @Override
    public String toString() {
        return vector() + (detached.length == 0 ? "" : "+" + detached());
    }

    /** Collects runs in the order of their actors, then absorbs single dots. */
    private static final class Builder {
        private Actor[] actors;
        private long[] counters;
        private int size;

        Builder(int capacity) {
            actors = new Actor[capacity];
            counters = new long[capacity];
        }

        void runUpTo(Dot last) {
            run(last.actor(), last.counter());
        }

        void run(Actor actor, long counter) {
            if (size > 0 && actors[size - 1].equals(actor)) {
                counters[size - 1] = Math.max(counters[size - 1], counter);
                return;
            }
            if (size == actors.length) {
                actors = Arrays.copyOf(actors, size + 4);
                counters = Arrays.copyOf(counters, size + 4);
            }
            actors[size] = actor;
            counters[size++] = counter;
        }

        CausalContext build(Dot[] sortedDots) {
            List<Dot> apart = new ArrayList<>();
            int runs = size;
            for (Dot dot : sortedDots) {
                absorb(dot, runs, apart);
            }
            if (size > runs) {
                sortRuns();
            }
            return new CausalContext(
                    Arrays.copyOf(actors, size), Arrays.copyOf(counters, size), apart.toArray(Dot[]::new));
        }

        private void absorb(Dot dot, int sortedRuns, List<Dot> apart) {
            int at = Arrays.binarySearch(actors, 0, sortedRuns, dot.actor());
            if (at < 0 && size > sortedRuns && actors[size - 1].equals(dot.actor())) {
                at = size - 1;
            }
            long seen = at < 0 ? 0 : counters[at];
            if (dot.counter() == seen + 1) {
                if (at < 0) {
                    run(dot.actor(), 1);
                } else {
                    counters[at]++;
                }
            } else if (dot.counter() > seen
                    && (apart.isEmpty() || !apart.get(apart.size() - 1).equals(dot))) {
                apart.add(dot);
            }
        }

        private void sortRuns() {
            Dot[] runs = new Dot[size];
            for (int i = 0; i < size; i++) {
                runs[i] = new Dot(actors[i], counters[i]);
            }
            Arrays.sort(runs);
            for (int i = 0; i < size; i++) {
                actors[i] = runs[i].actor();
                counters[i] = runs[i].counter();
            }
        }
    }
}
