package io.dynamo.core.sim;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
    private static final String USAGE =
            "usage: .ci/simulate --seeds A..B [--profile " + String.join("|", Simulation.profiles()) + "]";

    private final String profile;
    private final long first;
    private final long last;
    private long events;
    private long broken;

    private Simulate(String profile, long first, long last) {
        this.profile = profile;
        this.first = first;
        this.last = last;
    }

    public static void main(String[] args) throws InterruptedException, ExecutionException {
        Simulate simulate;
        try {
            simulate = parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.println(USAGE);
            System.exit(2);
            return;
        }
        System.exit(simulate.run() ? 0 : 1);
    }

    private static Simulate parse(String[] args) {
        String seeds = null;
        String profile = Simulation.profiles().get(0);
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + " wants a value");
            }
            switch (args[i]) {
                case "--seeds" -> seeds = args[i + 1];
                case "--profile" -> profile = args[i + 1];
                default -> throw new IllegalArgumentException("unknown argument " + args[i]);
            }
        }
        Matcher range = RANGE.matcher(seeds == null ? "" : seeds);
        if (!range.matches()) {
            throw new IllegalArgumentException(
                    "--seeds = " + seeds + "; allowed: one seed, or a range such as 1..2000");
        }
        if (!Simulation.profiles().contains(profile)) {
            throw new IllegalArgumentException("--profile = " + profile + "; allowed: " + Simulation.profiles());
        }
        long first = Long.parseLong(range.group(1));
        long last = range.group(2) == null ? first : Long.parseLong(range.group(2));
        if (last < first) {
            throw new IllegalArgumentException("--seeds = " + seeds + "; the first must not be above the last");
        }
        return new Simulate(profile, first, last);
    }

    /** Seeds run side by side; what is told of them comes in their order. */
    private boolean run() throws InterruptedException, ExecutionException {
        int threads = Runtime.getRuntime().availableProcessors();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            return run(new ExecutorCompletionService<>(pool), threads * 4);
        } finally {
            pool.shutdownNow();
        }
    }

    private boolean run(CompletionService<Simulation.Report> runs, int ahead)
            throws InterruptedException, ExecutionException {
        MessageDigest digest = sha256();
        TreeMap<Long, Simulation.Report> early = new TreeMap<>();
        long began = System.nanoTime();
        long told = began;
        long asked = first;
        for (long next = first; next <= last; ) {
            for (; asked <= last && asked < next + ahead; asked++) {
                long seed = asked;
                runs.submit(() -> Simulation.run(seed, profile));
            }
            Simulation.Report done = runs.take().get();
            early.put(done.seed(), done);
            for (; early.containsKey(next); next++) {
                take(early.remove(next), digest);
            }
            if (System.nanoTime() - told > PROGRESS_NANOS) {
                told = System.nanoTime();
                progress(next - first, began);
            }
        }
        progress(last - first + 1, began);
        System.out.println("seeds " + (last - first + 1) + " violations " + broken + " hash "
                + HexFormat.of().formatHex(digest.digest()));
        return broken == 0;
    }

    private void progress(long seeds, long began) {
        double minutes = (System.nanoTime() - began) / 60e9;
        System.err.printf(
                Locale.ROOT,
                "%d of %d seeds, %d violations, %.1f million events, %.1f million a minute%n",
                seeds,
                last - first + 1,
                broken,
                events / 1e6,
                events / 1e6 / minutes);
    }

    private void take(Simulation.Report report, MessageDigest digest) {
        digest.update(report.hash().getBytes(StandardCharsets.US_ASCII));
        events += report.events();
        if (!report.violations().isEmpty()) {
            broken++;
            if (broken <= STORIES_MAX) {
                System.out.println(Story.of(report.seed(), profile));
            } else {
                System.out.println(
                        "seed " + report.seed() + ": " + report.violations().get(0));
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
