package io.dynamo.core.sim;

/** What is told of a seed that broke a promise: the smallest list of steps that still does, and the timeline of its keys. */
final class Story {

    private static final int SHRINKING_RUNS_MAX = 4_000;

    private Story() {}

    /**
     * Runs a seed again, shrinks it, and tells.
     *
     * @return text of many lines; says so if nothing is wrong with the seed
     */
    static String of(long seed, String profile) {
        Plan plan = Plan.draw(seed, Profiles.named(profile, seed));
        Simulation.Report report = Simulation.run(plan);
        if (report.violations().isEmpty()) {
            return "seed " + seed + " of profile " + profile + ": nothing is wrong";
        }
        Shrinker.Shrunk shrunk =
                Shrinker.shrink(plan.until(report.healedNanos()), report, SHRINKING_RUNS_MAX, Simulation::run);
        StringBuilder text = new StringBuilder("seed " + seed + " of profile " + profile + "\n");
        report.violations()
                .forEach(violation -> text.append("  ").append(violation).append('\n'));
        text.append(plan.profile()).append('\n');
        text.append(
                shrunk.isMinimal()
                        ? "the smallest list of steps that still breaks it; without any one of them it does not:\n"
                        : "fewer steps that still break it (perhaps not the fewest: the runs were used up):\n");
        shrunk.plan()
                .steps()
                .forEach(step -> text.append("  ").append(step.told()).append('\n'));
        shrunk.report()
                .violations()
                .forEach(violation -> text.append("  ").append(violation).append('\n'));
        text.append(shrunk.report().timelines());
        return text.append("replay: bash .ci/simulate --seeds ")
                .append(seed)
                .append("..")
                .append(seed)
                .append(" --profile ")
                .append(profile)
                .toString();
    }
}
