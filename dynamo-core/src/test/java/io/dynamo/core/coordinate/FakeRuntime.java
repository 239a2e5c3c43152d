package io.dynamo.core.coordinate;

import io.dynamo.spi.NodeRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/** Time that stands still until a test moves it; tasks run when it does. */
final class FakeRuntime implements NodeRuntime {

    private record Timer(long nanos, Runnable task) {}

    private final List<Timer> timers = new ArrayList<>();
    private long nanos = 1;
    private long drawn;

    void advance(long byNanos) {
        nanos += byNanos;
        List<Timer> due = timers.stream().filter(timer -> timer.nanos <= nanos).toList();
        timers.removeAll(due);
        due.forEach(timer -> timer.task.run());
    }

    int timers() {
        return timers.size();
    }

    @Override
    public void execute(Runnable task) {
        timers.add(new Timer(nanos, task));
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
        Timer timer = new Timer(nanos + delayNanos, task);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public long wallMillis() {
        return 1_000;
    }

    @Override
    public RandomGenerator random(String label) {
        return () -> ++drawn;
    }

    @Override
    public Executor callbacks() {
        return this::execute;
    }

    @Override
    public <T> T await(CompletionStage<T> stage, long limitNanos) {
        throw new IllegalStateException("a test does not wait");
    }
}
