package io.dynamo.core.runtime;

import io.dynamo.spi.NodeRuntime;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads, clocks and chance of the JVM: one thread for timers, one that runs what lanes leave over, and up to two for the
 * application's callbacks, all daemons.
 */
public final class SystemRuntime implements NodeRuntime, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SystemRuntime.class);
    private static final int CALLBACK_THREADS = 2;
    private static final int IDLE_SECONDS = 10;
    private static final int LAST_IDLE_MILLIS = 1;
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final String name;
    private final ScheduledThreadPoolExecutor timer;
    private final ThreadPoolExecutor worker;
    private final ThreadPoolExecutor callbacks;

    /**
     * Starts no thread yet.
     *
     * @param name for the threads, for example the node's id
     */
    public SystemRuntime(String name) {
        this.name = name;
        timer = new ScheduledThreadPoolExecutor(1, named("timer"), new ThreadPoolExecutor.DiscardPolicy());
        timer.setRemoveOnCancelPolicy(true);
        worker = new ThreadPoolExecutor(
                1, 1, LAST_IDLE_MILLIS, TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), named("worker"));
        callbacks = new ThreadPoolExecutor(
                CALLBACK_THREADS,
                CALLBACK_THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                named("callback"));
        callbacks.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable task) {
        worker.execute(() -> runLogged(task));
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
        if (timer.isShutdown()) {
            return () -> {};
        }
        ScheduledFuture<?> future =
                timer.schedule(() -> runLogged(task), toTick(nanoTime(), delayNanos), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    /**
     * A delay that ends with others, at a whole millisecond: to wake the thread of the timers costs more than what most of them do.
     */
    static long toTick(long nowNanos, long delayNanos) {
        if (delayNanos <= 0 || delayNanos > Long.MAX_VALUE - TICK_NANOS) {
            return delayNanos;
        }
        return delayNanos + Math.floorMod(-(nowNanos + delayNanos), TICK_NANOS);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public RandomGenerator random(String label) {
        return new Unguessable();
    }

    @Override
    public Executor callbacks() {
        return callbacks;
    }

    @Override
    public <T> T await(CompletionStage<T> stage, long limitNanos) throws InterruptedException, TimeoutException {
        if (Thread.currentThread() instanceof OwnThread own && own.runtime == this) {
            throw new IllegalStateException("a blocking call on " + own.getName()
                    + ", a thread of the node itself, would wait for itself; use Store.async() in callbacks, and close or"
                    + " kill a node from a thread of the application");
        }
        try {
            return stage.toCompletableFuture().get(limitNanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new CompletionException(e.getCause());
        }
    }

    /**
     * Drops what is scheduled. What was to run soon still does, and what that hands over in turn: somebody may wait for it.
     * Threads end when they find nothing left to do.
     */
    @Override
    public void close() {
        timer.shutdownNow();
        worker.allowCoreThreadTimeOut(true);
        callbacks.setKeepAliveTime(LAST_IDLE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private ThreadFactory named(String role) {
        return task -> new OwnThread(this, task, "dynamo-" + name + "-" + role);
    }

    private void runLogged(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            // Tasks handle their own failures; one that comes here is a broken invariant and must be seen.
            LOG.error("node {}: a task failed; please report this", name, e);
            throw e;
        }
    }

    /** The system's randomness, fetched in blocks: a read draws a number, and each draw by itself costs a microsecond. */
    private static final class Unguessable implements RandomGenerator {
        private static final int BLOCK = 64 * Long.BYTES;

        private final SecureRandom source = new SecureRandom();
        private final ByteBuffer block = ByteBuffer.allocate(BLOCK).limit(0);

        @Override
        public long nextLong() {
            if (!block.hasRemaining()) {
                source.nextBytes(block.array());
                block.clear();
            }
            return block.getLong();
        }
    }

    private static final class OwnThread extends Thread {
        private final SystemRuntime runtime;

        OwnThread(SystemRuntime runtime, Runnable task, String name) {
            super(task, name);
            this.runtime = runtime;
            setDaemon(true);
        }
    }
}
