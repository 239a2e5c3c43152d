package io.dynamo.core.sim;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Runs a range of seeds side by side, one on each processor; what comes out is told in their order. */
final class SeedBlock {

    private static final int AHEAD = 8;

    private final String profile;
    private final long first;
    private final long last;
    private final Listener listener;
    private final MessageDigest digest = sha256();
    private final List<Long> broken = new ArrayList<>();
    private long events;

    /** Hears of each seed when it is done. */
    interface Listener {
        void done(Simulation.Report report);
    }

    /**
     * What came of a range.
     *
     * @param broken the seeds that broke a promise
     * @param events how much happened
     * @param hash over the traces of all seeds
     */
    record Summary(List<Long> broken, long events, String hash) {}

    private SeedBlock(String profile, long first, long last, Listener listener) {
        this.profile = profile;
        this.first = first;
        this.last = last;
        this.listener = listener;
    }

    static Summary run(String profile, long first, long last, Listener listener) {
        int threads = Runtime.getRuntime().availableProcessors();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            return new SeedBlock(profile, first, last, listener).run(new ExecutorCompletionService<>(pool));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a simulation failed by itself", e.getCause());
        } finally {
            pool.shutdownNow();
        }
    }

    private Summary run(CompletionService<Simulation.Report> runs) throws InterruptedException, ExecutionException {
        TreeMap<Long, Simulation.Report> early = new TreeMap<>();
        long asked = first;
        long next = first;
        while (next <= last) {
            for (; asked <= last && asked < next + AHEAD; asked++) {
                long seed = asked;
                runs.submit(() -> Simulation.run(seed, profile));
            }
            Simulation.Report done = runs.take().get();
            early.put(done.seed(), done);
            for (; early.containsKey(next); next++) {
                take(early.remove(next));
            }
        }
        return new Summary(broken, events, HexFormat.of().formatHex(digest.digest()));
    }

    private void take(Simulation.Report report) {
        digest.update(report.hash().getBytes(StandardCharsets.US_ASCII));
        events += report.events();
        if (!report.violations().isEmpty()) {
            broken.add(report.seed());
        }
        listener.done(report);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
