package io.dynamo.core;

import io.dynamo.spi.NodeRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/** One run of one node on {@link TestTime}. A blocking call lets time pass until it is answered. */
final class TestRuntime implements NodeRuntime {

    private static final long START_MILLIS = 1_700_000_000_000L;

    private final TestTime time;
    private final long seed;
    private final long wallOffsetMillis;
    private boolean isDead;
    /** The process stands still, but for what arrives when it goes on: its timers are late. */
    private boolean isStill;

    private final List<Runnable> late = new ArrayList<>();
    /** Whether threads that wait are interrupted at once, also when what they wait for has just come. */
    boolean interruptsWaits;

    TestRuntime(TestTime time, long seed, long wallOffsetMillis) {
        this.time = time;
        this.seed = seed;
        this.wallOffsetMillis = wallOffsetMillis;
    }

    /** The process is gone: nothing it had planned happens. */
    void die() {
        isDead = true;
    }

    void standStill() {
        isStill = true;
    }

    void goOn() {
        isStill = false;
        late.forEach(Runnable::run);
        late.clear();
    }

    @Override
    public void execute(Runnable task) {
        schedule(0, task);
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
        boolean[] cancelled = {false};
        time.after(delayNanos, () -> {
            if (!isDead && !cancelled[0] && isStill && delayNanos > 0) {
                late.add(task);
            } else if (!isDead && !cancelled[0]) {
                task.run();
            }
        });
        return () -> cancelled[0] = true;
    }

    @Override
    public long nanoTime() {
        return time.nowNanos();
    }

    @Override
    public long wallMillis() {
        return START_MILLIS
                + wallOffsetMillis
                + Duration.ofNanos(time.nowNanos()).toMillis();
    }

    @Override
    public RandomGenerator random(String label) {
        return new SplittableRandom(seed * 31 + label.hashCode());
    }

    @Override
    public Executor callbacks() {
        return this::execute;
    }

    /** Lets time pass until a stage is complete. */
    <T> T done(CompletionStage<T> stage) {
        try {
            return await(stage, Duration.ofMinutes(1).toNanos());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public <T> T await(CompletionStage<T> stage, long limitNanos) throws InterruptedException, TimeoutException {
        if (time.isRunning()) {
            throw new IllegalStateException("a blocking call inside an event");
        }
        if (interruptsWaits) {
            throw new InterruptedException();
        }
        var future = stage.toCompletableFuture();
        if (!time.isDoneWithin(Duration.ofNanos(limitNanos), future::isDone)) {
            throw new TimeoutException();
        }
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }
}
