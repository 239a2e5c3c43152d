package io.dynamo.core.runtime;

import io.dynamo.spi.NodeRuntime;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/** A lane runs one task at a time, every task, and those of a thread in order: what only its tasks touch needs no lock. */
class LaneConcurrencyTest {

    private static final int ITERATIONS = Integer.getInteger("lincheck.iterations", 5);
    private static final int INVOCATIONS = Integer.getInteger("lincheck.invocations", 300);

    /** Tasks that count without any care. Nothing is lost if no two run at once, and each sees what was before it. */
    public static final class Counting {
        private final Lane lane = new Lane(new InPlace(), () -> {}, failure -> {});
        private int done;
        private int inside;
        private boolean wasShared;

        @Operation
        public void execute() {
            lane.execute(this::count);
        }

        @Operation
        public void executeOwn() {
            lane.executeOwn(this::count);
        }

        private void count() {
            wasShared |= ++inside != 1;
            done++;
            inside--;
        }

        /** Nothing is wrong in between; and when all is quiet, which is after the threads, all is done. */
        @Operation
        public boolean wasShared() {
            boolean[] seen = {false};
            lane.execute(() -> seen[0] = wasShared);
            return seen[0];
        }
    }

    /** Threads that bring two tasks each, and look whether the second came after the first. */
    public static final class Ordered {
        private final Lane lane = new Lane(new InPlace(), () -> {}, failure -> {});
        private volatile boolean wasDisordered;

        @Operation
        public boolean executeTwo() {
            boolean[] isFirstDone = {false};
            lane.execute(() -> isFirstDone[0] = true);
            lane.execute(() -> wasDisordered |= !isFirstDone[0]);
            return wasDisordered;
        }
    }

    @Test
    void lane_modelChecked_keepsTheOrderOfEachThread() {
        new ModelCheckingOptions()
                .iterations(1)
                .invocationsPerIteration(10 * INVOCATIONS)
                .threads(3)
                .actorsPerThread(1)
                .actorsBefore(0)
                .actorsAfter(0)
                .check(Ordered.class);
    }

    @Test
    void lane_modelChecked_runsOneTaskAtATime() {
        new ModelCheckingOptions()
                .iterations(ITERATIONS)
                .invocationsPerIteration(INVOCATIONS)
                .threads(3)
                .actorsPerThread(2)
                .check(Counting.class);
    }

    @Test
    void lane_stressed_runsOneTaskAtATime() {
        new StressOptions()
                .iterations(ITERATIONS)
                .invocationsPerIteration(INVOCATIONS)
                .threads(3)
                .actorsPerThread(2)
                .check(Counting.class);
    }

    /** Runs what a drain leaves over on the spot. */
    private static final class InPlace implements NodeRuntime {
        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public Cancellable schedule(long delayNanos, Runnable task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public long wallMillis() {
            return 0;
        }

        @Override
        public RandomGenerator random(String label) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Executor callbacks() {
            return this::execute;
        }

        @Override
        public <T> T await(CompletionStage<T> stage, long limitNanos) {
            throw new UnsupportedOperationException();
        }
    }
}
