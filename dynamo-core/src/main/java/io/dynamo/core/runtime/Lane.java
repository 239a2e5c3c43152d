package io.dynamo.core.runtime;

import io.dynamo.spi.NodeRuntime;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A serial executor without a thread of its own: whoever finds it idle runs its task in place, whoever finds it busy
 * queues. State that only lane tasks touch needs no lock.
 *
 * <p>A drain runs a bounded number of tasks and passes the rest to the runtime. When it ends, {@code endOfDrain} runs on
 * the lane, so that all its tasks wrote is committed together.
 */
public final class Lane {

    private static final int TASKS_PER_DRAIN_MAX = 64;

    private final NodeRuntime runtime;
    private final Runnable endOfDrain;
    private final Consumer<Throwable> broken;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    // Tasks queued or running; whoever raises it from 0 owns the lane until it is 0 again.
    private final AtomicInteger pending = new AtomicInteger();

    /**
     * Creates an idle lane.
     *
     * @param runtime gets what a drain leaves over
     * @param endOfDrain runs on the lane after each drain
     * @param broken told when a task throws, which no task should; the lane goes on, the node should not
     */
    public Lane(NodeRuntime runtime, Runnable endOfDrain, Consumer<Throwable> broken) {
        this.runtime = runtime;
        this.endOfDrain = endOfDrain;
        this.broken = broken;
    }

    /**
     * Runs a task, and what waits behind it, in place if the lane is idle. For threads that serve the node.
     *
     * @param task must not block
     */
    public void execute(Runnable task) {
        enter(task, TASKS_PER_DRAIN_MAX);
    }

    /**
     * Runs a task in place if the lane is idle, and a few that wait behind it. For application threads.
     *
     * @param task must not block
     */
    public void executeOwn(Runnable task) {
        enter(task, 16);
    }

    /**
     * {@link #execute}, unless too much is queued already. For what comes from other nodes, whose number nobody here
     * bounds.
     *
     * @param task must not block
     * @param pendingMax how many tasks may be queued or running
     * @return false if the lane is full; the task will not run. Threads that offer at the same time may exceed the limit by
     *     one task each
     */
    public boolean offer(Runnable task, int pendingMax) {
        if (pending.get() >= pendingMax) {
            return false;
        }
        execute(task);
        return true;
    }

    private void enter(Runnable task, int tasksMax) {
        // Counts belong to nobody: what this thread queued before may still wait, its count used up by another's task.
        if (waiting.isEmpty() && pending.compareAndSet(0, 1)) {
            run(task);
            drain(1, tasksMax);
            return;
        }
        waiting.add(task);
        if (pending.getAndIncrement() == 0) {
            drain(0, tasksMax);
        }
    }

    /** {@code alreadyDone}: tasks that were counted, and have run without being queued. */
    private void drain(int alreadyDone, int tasksMax) {
        int done = alreadyDone;
        int seen = pending.get();
        while (done < tasksMax && done < seen) {
            // Counted before it was queued would be a gap; it is queued before it is counted, so it is there.
            Runnable task = waiting.poll();
            if (task == null) {
                throw new IllegalStateException("a lane counted a task that it does not hold");
            }
            run(task);
            done++;
            seen = pending.get();
        }
        run(endOfDrain);
        if (pending.addAndGet(-done) != 0) {
            runtime.execute(() -> drain(0, TASKS_PER_DRAIN_MAX));
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            broken.accept(e);
        }
    }
}
