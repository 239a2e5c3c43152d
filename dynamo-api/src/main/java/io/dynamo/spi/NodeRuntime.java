package io.dynamo.spi;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/**
 * Time, threads and chance for one node. The system runtime takes them from the JVM; the virtual one makes them up from a
 * seed, so that a whole cluster runs in one thread and can be replayed.
 *
 * <p>Thread: every method may be called from any thread.
 */
public interface NodeRuntime {

    /**
     * Runs a task soon, never inside this call.
     *
     * @param task must not block
     */
    void execute(Runnable task);

    /**
     * Runs a task after a delay, or a little later.
     *
     * @param delayNanos from now; 0 or less means soon
     * @param task must not block
     * @return cancels it
     */
    Cancellable schedule(long delayNanos, Runnable task);

    /**
     * Time that never goes back; for all timeouts.
     *
     * @return nanoseconds from an arbitrary origin
     */
    long nanoTime();

    /**
     * The wall clock, which may jump; only for timestamps of versions, expiry and labels.
     *
     * @return milliseconds since 1970
     */
    long wallMillis();

    /**
     * A stream of random numbers of its own for each label.
     *
     * @param label for example {@code incarnation}
     * @return the stream; used by one thread
     */
    RandomGenerator random(String label);

    /**
     * Runs the application's code: callbacks of asynchronous calls.
     *
     * @return an executor that may block and is never an I/O thread or a lane
     */
    Executor callbacks();

    /**
     * Waits for a stage; the only place where the library blocks.
     *
     * @param stage what to wait for; as a rule it completes by itself within the limit
     * @param limitNanos how long to wait at most, so that nobody waits for ever for a stage that was lost; 0 or less for a
     *     stage that is complete already
     * @param <T> its type
     * @return its result
     * @throws IllegalStateException on one of the runtime's own threads, whatever the stage, and on a virtual runtime
     * @throws InterruptedException if interrupted, with the thread's flag still set; the stage goes on
     * @throws TimeoutException if the time is over; the stage goes on
     */
    <T> T await(CompletionStage<T> stage, long limitNanos) throws InterruptedException, TimeoutException;

    /** Something that can be stopped before it happens. */
    @FunctionalInterface
    interface Cancellable {
        /** Stops it if it has not begun. */
        void cancel();
    }
}
