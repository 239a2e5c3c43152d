package io.dynamo.core.sim;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Waits for answers, and not for ever: a node that crashed will never answer, and one that runs must answer in time. */
final class Patience {

    // Longer than the request timeout of 1 s, also where one request has two phases.
    private static final long LIMIT_NANOS = 3_500_000_000L;
    // The request timeout and what a drifting clock adds, plus the way through queues.
    private static final long LATE_NANOS = 1_100_000_000L;

    private final SimulatedCluster cluster;
    private final Watch watch;

    Patience(SimulatedCluster cluster, Watch watch) {
        this.cluster = cluster;
        this.watch = watch;
    }

    void later(long nanos, Runnable what) {
        cluster.universe().at(cluster.universe().nowNanos() + nanos, null, what);
    }

    /** Hands on the answer, or a failure once patience is over. */
    <T> void answer(
            String id,
            String key,
            String what,
            CompletionStage<T> stage,
            BiConsumer<@Nullable T, @Nullable Throwable> then) {
        boolean[] isAnswered = {false};
        long beganNanos = cluster.universe().nowNanos();
        Machine.Run run = cluster.machine(id).run;
        var unused = stage.whenComplete((value, failure) -> {
            if (!isAnswered[0]) {
                isAnswered[0] = true;
                long took = cluster.universe().nowNanos() - beganNanos;
                if (took > LATE_NANOS && wasRunning(id, run, beganNanos)) {
                    watch.violated("LATE " + key + ": " + what + " took " + took / 1_000_000 + " ms on " + id);
                }
                handOn(key, then, value, failure instanceof CompletionException wrapped ? wrapped.getCause() : failure);
            }
        });
        later(LIMIT_NANOS, () -> {
            if (!isAnswered[0]) {
                isAnswered[0] = true;
                if (wasRunning(id, run, beganNanos)) {
                    watch.violated("HUNG " + key + ": " + what + " was never answered by " + id + " at "
                            + cluster.now().toMillis() + " ms");
                }
                handOn(key, then, null, new NoAnswer());
            }
        });
    }

    /** What a callback throws would be lost in the future that it is a callback of. */
    private <T> void handOn(
            String key,
            BiConsumer<@Nullable T, @Nullable Throwable> then,
            @Nullable T value,
            @Nullable Throwable failure) {
        try {
            then.accept(value, failure);
        } catch (RuntimeException e) {
            watch.violated("THREW " + key + ": " + e);
        }
    }

    /** Nothing was heard in time. */
    static final class NoAnswer extends RuntimeException {
        private static final long serialVersionUID = 1;

        NoAnswer() {
            super("no answer");
        }
    }

    /** Whether a node ran all the time, neither dead nor paused. */
    private boolean wasRunning(String id, Machine.@Nullable Run run, long sinceNanos) {
        return run != null && cluster.machine(id).run == run && run.runtime.pausedUntilNanos() < sinceNanos;
    }
}
