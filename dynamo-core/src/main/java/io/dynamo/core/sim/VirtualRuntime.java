package io.dynamo.core.sim;

import io.dynamo.spi.NodeRuntime;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * The runtime of one run of one node, in virtual time. When the run dies, none of its tasks happens any more; while it is
 * paused, they wait.
 */
final class VirtualRuntime implements NodeRuntime {

    // How long a task that may run at once is kept waiting at most, so that lanes and nodes interleave by the seed.
    private static final int SOON_NANOS_MAX = 20_000;

    private final Universe universe;
    private final String name;
    private final VirtualClock clock;
    private final Chance interleaving;
    private boolean alive = true;
    private long pausedUntilNanos;

    /**
     * Begins a run.
     *
     * @param universe gives time
     * @param name of the node and the run; two runs of a node get different random streams
     * @param clock the machine's
     */
    VirtualRuntime(Universe universe, String name, VirtualClock clock) {
        this.universe = universe;
        this.name = name;
        this.clock = clock;
        this.interleaving = universe.chance("interleaving/" + name);
    }

    boolean isAlive() {
        return alive;
    }

    void die() {
        alive = false;
    }

    /** The whole process stands still, as in a long garbage collection; its clocks go on. */
    void pauseUntil(long universeNanos) {
        pausedUntilNanos = Math.max(pausedUntilNanos, universeNanos);
    }

    long pausedUntilNanos() {
        return pausedUntilNanos;
    }

    @Override
    public void execute(Runnable task) {
        universe.at(universe.nowNanos() + interleaving.below(SOON_NANOS_MAX), this, task);
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
        long delay = clock.universeDelay(Math.max(0, delayNanos)) + interleaving.below(SOON_NANOS_MAX);
        return universe.at(universe.nowNanos() + delay, this, task)::cancel;
    }

    @Override
    public long nanoTime() {
        return clock.nanos(universe.nowNanos());
    }

    @Override
    public long wallMillis() {
        return clock.wallMillis(universe.nowNanos());
    }

    @Override
    public RandomGenerator random(String label) {
        return universe.chance("node/" + name + "/" + label);
    }

    @Override
    public Executor callbacks() {
        return this::execute;
    }

    @Override
    public <T> T await(CompletionStage<T> stage, long limitNanos) {
        throw new IllegalStateException("a blocking call in virtual time would wait for ever: use Store.async() and"
                + " SimulatedCluster.await");
    }
}
