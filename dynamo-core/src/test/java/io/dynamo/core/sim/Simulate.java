package io.dynamo.core.sim;

import java.io.PrintStream;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs seeds, as {@code .ci/simulate} does: {@code --seeds A..B [--profile NAME]}. Tells its progress on standard error, the seeds
 * that broke a promise on standard output, and closes with {@code seeds N violations V hash H}.
 */
final class Simulate {

    private static final Pattern RANGE = Pattern.compile("(\\d{1,18})(?:\\.\\.(\\d{1,18}))?");
    private static final int STORIES_MAX = 3;
    private static final long PROGRESS_NANOS = 5_000_000_000L;

    private final Arguments arguments;
    private final PrintStream out;
    private final PrintStream err;
    private final long beganNanos = System.nanoTime();
    private long toldNanos = beganNanos;
    private long seeds;
    private long events;
    private int broken;

    /** Which seeds, under which profile. */
    record Arguments(long first, long last, String profile) {}

    private Simulate(Arguments arguments, PrintStream out, PrintStream err) {
        this.arguments = arguments;
        this.out = out;
        this.err = err;
    }

    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    /** Returns the exit status: 0 if no promise was broken, 1 if one was, 2 for a wrong call. */
    static int run(String[] args, PrintStream out, PrintStream err) {
        Arguments arguments;
        try {
            arguments = parse(args);
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            err.println("usage: .ci/simulate --seeds A..B [--profile NAME]");
            return 2;
        }
        return new Simulate(arguments, out, err).run();
    }

    static Arguments parse(String... args) {
        String seeds = "";
        String profile = Simulation.profiles().get(0);
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + " wants a value");
            }
            switch (args[i]) {
                case "--seeds" -> seeds = args[i + 1];
                case "--profile" -> profile = args[i + 1];
                default ->
                    throw new IllegalArgumentException("unknown argument " + args[i] + "; allowed: --seeds, --profile");
            }
        }
        Matcher range = RANGE.matcher(seeds);
        if (!range.matches()) {
            throw new IllegalArgumentException(
                    "--seeds = '" + seeds + "'; allowed: one seed, or a range such as 1..2000");
        }
        if (!Simulation.profiles().contains(profile)) {
            throw new IllegalArgumentException("--profile = " + profile + "; allowed: " + Simulation.profiles());
        }
        long first = Long.parseLong(range.group(1));
        long last = range.group(2) == null ? first : Long.parseLong(range.group(2));
        if (last < first) {
            throw new IllegalArgumentException("--seeds = " + seeds + "; the first must not be above the last");
        }
        return new Arguments(first, last, profile);
    }

    private int run() {
        SeedBlock.Summary summary = SeedBlock.run(arguments.profile(), arguments.first(), arguments.last(), this::done);
        progress();
        for (long seed : summary.broken()
                .subList(0, Math.min(STORIES_MAX, summary.broken().size()))) {
            err.println("looking for the smallest list of steps that breaks seed " + seed);
            out.println(Story.of(seed, arguments.profile()));
        }
        out.println("seeds " + seeds + " violations " + summary.broken().size() + " hash " + summary.hash());
        return summary.broken().isEmpty() ? 0 : 1;
    }

    private void done(Simulation.Report report) {
        seeds++;
        events += report.events();
        if (!report.violations().isEmpty()) {
            broken++;
            out.println("seed " + report.seed() + ": " + report.violations().get(0)
                    + "; replay: bash .ci/simulate --seeds " + report.seed() + " --profile " + arguments.profile());
        }
        if (System.nanoTime() - toldNanos > PROGRESS_NANOS) {
            toldNanos = System.nanoTime();
            progress();
        }
    }

    private void progress() {
        double minutes = (System.nanoTime() - beganNanos) / 60e9;
        err.println(String.format(
                Locale.ROOT,
                "%d of %d seeds, %d broke a promise, %.1f million events, %.1f million a minute",
                seeds,
                arguments.last() - arguments.first() + 1,
                broken,
                events / 1e6,
                events / 1e6 / minutes));
    }
}
