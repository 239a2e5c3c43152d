package io.dynamo.core.causality;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.TreeMap;
import java.util.TreeSet;

/** The same knowledge in the plainest form: every dot seen, and the live versions. Shares no code with what it judges. */
record Naive(TreeSet<Dot> seen, TreeMap<Dot, Version> live) {

    static Naive empty() {
        return new Naive(new TreeSet<>(), new TreeMap<>());
    }

    Naive merge(Naive other) {
        TreeSet<Dot> all = new TreeSet<>(seen);
        all.addAll(other.seen);
        TreeMap<Dot, Version> kept = new TreeMap<>(live);
        kept.putAll(other.live);
        kept.keySet().removeIf(dot -> diedIn(this, dot) || diedIn(other, dot));
        return new Naive(all, kept);
    }

    private static boolean diedIn(Naive side, Dot dot) {
        return side.seen.contains(dot) && !side.live.containsKey(dot);
    }

    Naive write(TreeSet<Dot> context, Version version) {
        TreeMap<Dot, Version> kept = new TreeMap<>(live);
        kept.keySet().removeAll(context);
        kept.put(version.dot(), version);
        TreeSet<Dot> all = new TreeSet<>(seen);
        all.addAll(context);
        all.add(version.dot());
        return new Naive(all, kept);
    }

    /** Everything seen there is seen here, and everything dead there is dead here. */
    boolean includes(Naive other) {
        return seen.containsAll(other.seen)
                && other.seen.stream().noneMatch(dot -> diedIn(other, dot) && live.containsKey(dot));
    }

    VersionSet toSet() {
        return VersionSet.of(
                CausalContext.of(new ArrayList<>(), new ArrayList<>(seen)), new ArrayList<>(live.values()));
    }

    static Naive of(VersionSet set) {
        TreeMap<Dot, Version> live = new TreeMap<>();
        set.versions().forEach(version -> live.put(version.dot(), version));
        return new Naive(dotsOf(set.context()), live);
    }

    /** Spells a context out. */
    static TreeSet<Dot> dotsOf(CausalContext context) {
        TreeSet<Dot> dots = new TreeSet<>(context.detached());
        for (Dot last : context.vector()) {
            for (long counter = 1; counter <= last.counter(); counter++) {
                dots.add(new Dot(last.actor(), counter));
            }
        }
        return dots;
    }

    void assertSameAs(VersionSet set) {
        assertThat(dotsOf(set.context())).as("seen").isEqualTo(seen);
        assertThat(set.versions()).as("live").containsExactlyElementsOf(live.values());
    }
}
