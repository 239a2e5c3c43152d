package io.dynamo.core.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the smallest list of steps that still breaks the same invariant: taking out any one of them makes the run pass (delta
 * debugging: halves, quarters and so on first, single steps last).
 */
final class Shrinker {

    // A plan without a step takes another course; it may break the same promise only with other luck.
    private static final int LUCKS = 4;

    private final Function<Plan, Simulation.Report> runner;
    private final String invariant;
    private int runsLeft;

    private Shrinker(Function<Plan, Simulation.Report> runner, String invariant, int runsMax) {
        this.runner = runner;
        this.invariant = invariant;
        this.runsLeft = runsMax;
    }

    /**
     * What came of shrinking.
     *
     * @param plan the smallest plan found
     * @param report of its run
     * @param isMinimal false if the runs were used up before
     */
    record Shrunk(Plan plan, Simulation.Report report, boolean isMinimal) {}

    /** Shrinks a plan whose run has the report, in at most so many runs. */
    static Shrunk shrink(Plan plan, Simulation.Report report, int runsMax, Function<Plan, Simulation.Report> runner) {
        return new Shrinker(runner, invariantOf(report.violations().get(0)), runsMax).shrink(plan, report);
    }

    /** The name that a violation begins with. */
    static String invariantOf(String violation) {
        int space = violation.indexOf(' ');
        return space < 0 ? violation : violation.substring(0, space);
    }

    private Shrunk shrink(Plan plan, Simulation.Report report) {
        Shrunk best = new Shrunk(plan, report, false);
        int size = Math.max(1, plan.steps().size() / 2);
        while (runsLeft > 0) {
            Shrunk smaller = withoutOneChunk(best, size);
            if (smaller != null) {
                best = smaller;
                size = Math.min(size, Math.max(1, best.plan().steps().size() / 2));
            } else if (size > 1) {
                size /= 2;
            } else if (runsLeft > 0) {
                return new Shrunk(best.plan(), best.report(), true);
            }
        }
        return best;
    }

    /** Takes out as many chunks of a size as can go in one pass; null if none can. */
    private @Nullable Shrunk withoutOneChunk(Shrunk from, int size) {
        Shrunk best = null;
        List<Step> steps = from.plan().steps();
        // From the end: late steps often matter least.
        for (int end = steps.size(); end > 0 && runsLeft > 0; end -= size) {
            int start = Math.max(0, end - size);
            List<Step> fewer = new ArrayList<>(steps.subList(0, start));
            fewer.addAll(steps.subList(end, steps.size()));
            Shrunk shrunk = firstBroken(from.plan(), fewer);
            if (shrunk != null) {
                best = shrunk;
                steps = fewer;
            }
        }
        return best;
    }

    private @Nullable Shrunk firstBroken(Plan from, List<Step> fewer) {
        for (int i = 0; i < LUCKS && runsLeft > 0; i++) {
            Plan plan = from.with(fewer, from.luck() + i);
            runsLeft--;
            Simulation.Report report = runner.apply(plan);
            if (report.violations().stream()
                    .anyMatch(found -> invariantOf(found).equals(invariant))) {
                return new Shrunk(plan, report, false);
            }
        }
        return null;
    }
}
