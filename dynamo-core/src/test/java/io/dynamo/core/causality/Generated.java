package io.dynamo.core.causality;

import io.dynamo.api.WriteId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Draws dots, contexts and sets from one small universe, in which a dot always names the same version. */
final class Generated {

    /** Neighbours in every part, and numbers that are negative when taken as signed. */
    static final List<Actor> ACTORS = List.of(
            new Actor(0, 0, 1),
            new Actor(0, 1, 0),
            new Actor(0, 1, 1),
            new Actor(1, 0, 0),
            new Actor(1, -1, 7),
            new Actor(-1, 3, 2),
            new Actor(-1, 3, 300),
            new Actor(-1, -1, -1));

    static final int COUNTER_MAX = 6;

    private Generated() {}

    static Dot dot(SplittableRandom random) {
        return dot(random, ACTORS.size());
    }

    private static Dot dot(SplittableRandom random, int actors) {
        return new Dot(ACTORS.get(random.nextInt(actors)), random.nextInt(1, COUNTER_MAX + 1));
    }

    /** Dense or sparse, over few or many actors, so that runs and gaps are both frequent. */
    static TreeSet<Dot> dots(SplittableRandom random) {
        int actors = random.nextInt(1, ACTORS.size() + 1);
        int count = random.nextInt(actors * COUNTER_MAX + 1);
        TreeSet<Dot> dots = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            dots.add(dot(random, actors));
        }
        return dots;
    }

    static Naive naive(SplittableRandom random) {
        TreeSet<Dot> seen = dots(random);
        TreeMap<Dot, Version> live = new TreeMap<>();
        int oneIn = random.nextInt(1, 5);
        for (Dot dot : seen) {
            if (random.nextInt(oneIn) == 0) {
                live.put(dot, version(dot));
            }
        }
        return new Naive(seen, live);
    }

    static VersionSet set(SplittableRandom random) {
        return naive(random).toSet();
    }

    /** The version that a dot names. Timestamps repeat; some values are empty; some versions are tombstones. */
    static Version version(Dot dot) {
        SplittableRandom content = new SplittableRandom(dot.hashCode());
        byte[] value = content.nextInt(4) == 0 ? null : new byte[content.nextInt(5)];
        for (int i = 0; value != null && i < value.length; i++) {
            value[i] = (byte) content.nextInt();
        }
        long expires = content.nextInt(3) == 0 ? content.nextLong(1L << 45) : 0;
        WriteId id = new WriteId(content.nextLong(1L << 41), content.nextLong());
        return new Version(dot, content.nextLong(5) << content.nextInt(50), expires, id, value);
    }

    /** The context of a set of dots, given in a random cut between runs and single dots, in a random order. */
    static CausalContext context(SplittableRandom random, TreeSet<Dot> dots) {
        List<Dot> vector = new ArrayList<>();
        List<Dot> apart = new ArrayList<>(dots);
        for (Map.Entry<Actor, Long> run : runs(dots).entrySet()) {
            long upTo = random.nextLong(run.getValue() + 1);
            if (upTo > 0) {
                vector.add(new Dot(run.getKey(), upTo));
                Predicate<Dot> inRun = dot -> dot.actor().equals(run.getKey()) && dot.counter() <= upTo;
                if (random.nextBoolean()) {
                    apart.removeIf(inRun);
                }
            }
        }
        shuffle(random, vector);
        shuffle(random, apart);
        return CausalContext.of(vector, apart);
    }

    /** The length of the run 1, 2, 3... of each actor. */
    static Map<Actor, Long> runs(TreeSet<Dot> dots) {
        Map<Actor, Long> runs = new LinkedHashMap<>();
        for (Dot dot : dots) {
            long run = runs.getOrDefault(dot.actor(), 0L);
            runs.put(dot.actor(), dot.counter() == run + 1 ? run + 1 : run);
        }
        return runs;
    }

    static <T> void shuffle(SplittableRandom random, List<T> list) {
        for (int i = list.size() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            T moved = list.get(i);
            list.set(i, list.get(j));
            list.set(j, moved);
        }
    }
}
