package io.dynamo.core.planted;

import io.dynamo.core.planted.PatchedSimulation.Outcome;
import io.dynamo.core.sim.Simulation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongFunction;

/** Looks which seeds find which planted bug, on all processors, and tells how far it is. */
final class PlantedBugSearch {

    private static final String SWARM = "swarm";
    private static final int AHEAD = 8;
    // So many finds tell how often a bug is found; more would only take longer.
    private static final int ENOUGH = 8;
    private static final long PROGRESS_NANOS = 10_000_000_000L;

    private final long seeds;
    private final ExecutorService pool;

    private PlantedBugSearch(long seeds, ExecutorService pool) {
        this.seeds = seeds;
        this.pool = pool;
    }

    /**
     * How well a bug is found.
     *
     * @param bug its name; of the product as it is, empty
     * @param profile by which profile
     * @param first the first seed that finds it; 0 if none does
     * @param found how many seeds do
     * @param ran how many were run: until enough were found, or all
     * @param broken on how many seeds each invariant was broken
     */
    record Row(String bug, String profile, long first, int found, long ran, Map<String, Integer> broken) {

        boolean isOfTheProductAsItIs() {
            return bug.isEmpty();
        }

        @Override
        public String toString() {
            return "| " + (bug.isEmpty() ? "none planted" : bug) + " | " + profile + " | "
                    + (first == 0 ? "none" : first) + " | " + found + " of " + ran + " | " + broken + " |";
        }
    }

    /**
     * Runs seeds from 1 on: for each bug in the swarm and in the profile that the bug names, and then for the product as it is in
     * the same profiles.
     */
    static List<Row> search(long seeds, List<PlantedBug> bugs) throws InterruptedException, ExecutionException {
        ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        List<Row> rows = new ArrayList<>();
        Set<String> profiles = new LinkedHashSet<>(List.of(SWARM));
        try {
            PlantedBugSearch search = new PlantedBugSearch(seeds, pool);
            for (PlantedBug bug : bugs) {
                PatchedSimulation simulation = PatchedSimulation.of(bug);
                profiles.add(bug.profile());
                for (String profile : new LinkedHashSet<>(List.of(SWARM, bug.profile()))) {
                    rows.add(search.row(bug, profile, seed -> simulation.run(seed, profile)));
                }
            }
            for (String profile : profiles) {
                rows.add(search.row(PlantedBug.named(""), profile, seed -> asItIs(seed, profile)));
            }
        } finally {
            pool.shutdownNow();
        }
        return rows;
    }

    private static Outcome asItIs(long seed, String profile) {
        Simulation.Report report = Simulation.run(seed, profile);
        return new Outcome(report.violations(), report.hash());
    }

    private Row row(PlantedBug bug, String profile, LongFunction<Outcome> run)
            throws InterruptedException, ExecutionException {
        Deque<Future<List<String>>> running = new ArrayDeque<>();
        Map<String, Integer> broken = new TreeMap<>();
        long asked = 0;
        long first = 0;
        int found = 0;
        long ran = 0;
        long told = System.nanoTime();
        while (ran < seeds && found < ENOUGH) {
            for (; asked < seeds && running.size() < AHEAD; asked++) {
                long seed = asked + 1;
                running.add(pool.submit(() -> violations(seed, run)));
            }
            ran++;
            List<String> violations = running.remove().get();
            violations.stream()
                    .map(PlantedBug::invariantOf)
                    .distinct()
                    .forEach(invariant -> broken.merge(invariant, 1, Integer::sum));
            if (violations.stream().anyMatch(bug::isShownBy)) {
                found++;
                first = first == 0 ? ran : first;
            }
            if (System.nanoTime() - told > PROGRESS_NANOS) {
                told = System.nanoTime();
                System.out.printf(Locale.ROOT, "%s, %s: found by %d of %d seeds%n", bug, profile, found, ran);
            }
        }
        running.forEach(left -> left.cancel(false));
        Row row = new Row(bug.name(), profile, first, found, ran, broken);
        System.out.println(row);
        return row;
    }

    /** A simulation that a bug made impossible is a violation of a kind of its own. */
    private static List<String> violations(long seed, LongFunction<Outcome> run) {
        try {
            return run.apply(seed).violations();
        } catch (IllegalStateException e) {
            return List.of("THREW " + e.getCause());
        }
    }

    /** The number of seeds, and part of the name of the bugs to look for. */
    public static void main(String[] args) throws InterruptedException, ExecutionException {
        String wanted = args.length > 1 ? args[1] : "";
        search(
                Long.parseLong(args[0]),
                PlantedBugTest.bugs().stream()
                        .filter(bug -> bug.name().contains(wanted))
                        .toList());
    }
}
