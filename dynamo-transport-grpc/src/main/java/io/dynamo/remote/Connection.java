package io.dynamo.remote;

import io.dynamo.api.OverloadedException;
import io.dynamo.api.WriteId;
import io.dynamo.spi.Address;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;

/** All that exists while a client is connected: channels, the ring, threads. */
final class Connection {

    private static final int CALLBACK_THREADS = 2;
    private static final int IDLE_SECONDS = 5;
    private static final int RETRY_MILLIS = 500;
    private static final Duration RETRY_AFTER = Duration.ofMillis(50);

    private final ClientSettings settings;
    private final ScheduledExecutorService timer;
    private final ExecutorService callbacks;
    private final Channels channels;
    private final RingCache ring;
    private final SecureRandom random = new SecureRandom();
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile boolean closed;

    private Connection(ClientSettings settings) {
        this.settings = settings;
        timer = timerThread();
        callbacks = callbackThreads(CallbackThread::new);
        try {
            channels = new Channels(settings, timer);
        } catch (RuntimeException e) {
            timer.shutdownNow();
            throw e;
        }
        ring = new RingCache(settings, channels);
    }

    static Connection open(ClientSettings settings) {
        Connection connection = new Connection(settings);
        try {
            connection.ring.first();
            connection.ring.refreshLater(connection.timer);
            var unused = connection.timer.scheduleWithFixedDelay(
                    connection.channels::retry, RETRY_MILLIS, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private static ScheduledExecutorService timerThread() {
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(1, task -> daemon(task, "dynamo-client-timer"));
        // Else what an answered call held stays until it would have become impatient.
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    private static ExecutorService callbackThreads(ThreadFactory threads) {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                CALLBACK_THREADS,
                CALLBACK_THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                threads);
        executor.allowCoreThreadTimeOut(true);
        // The client is closed, and somebody still waits for what is under way.
        executor.setRejectedExecutionHandler((task, closed) -> task.run());
        return executor;
    }

    /** What runs the application's code. */
    private static final class CallbackThread extends Thread {
        CallbackThread(Runnable task) {
            super(task, "dynamo-client-callback");
            setDaemon(true);
        }
    }

    static boolean isCallbackThread() {
        return Thread.currentThread() instanceof CallbackThread;
    }

    Executor callbacks() {
        return callbacks;
    }

    /** Names the changes of a store handle: nobody else draws the same. */
    long newActor() {
        return random.nextLong();
    }

    Duration timeout() {
        return settings.timeout();
    }

    WriteId newWriteId() {
        return new WriteId(ring.nowMillis(), random.nextLong());
    }

    RingCache ring() {
        return ring;
    }

    /** Asks the nodes of a key. */
    <Q, A> CompletableFuture<A> ask(Call.What<Q, A> what, String key, boolean repeated, ToLongFunction<A> ringOf) {
        return ask(what, ring.nodesFor(key), repeated, ringOf);
    }

    /** Asks any node. */
    <Q, A> CompletableFuture<A> askAny(Call.What<Q, A> what, ToLongFunction<A> ringOf) {
        return ask(what, ring.anyNodes(), false, ringOf);
    }

    private <Q, A> CompletableFuture<A> ask(
            Call.What<Q, A> what, List<Address> nodes, boolean repeated, ToLongFunction<A> ringOf) {
        if (closed) {
            return CompletableFuture.failedFuture(new IllegalStateException("the client is closed"));
        }
        if (inFlight.incrementAndGet() > settings.inFlightMax()) {
            inFlight.decrementAndGet();
            return CompletableFuture.failedFuture(new OverloadedException(
                    what.name() + ": " + settings.inFlightMax() + " operations are under way (client.in-flight)",
                    RETRY_AFTER));
        }
        return new Call<>(what, channels, timer, nodes, repeated).start().handle((answered, failure) -> {
            inFlight.decrementAndGet();
            if (failure != null) {
                throw failure instanceof CompletionException wrapped ? wrapped : new CompletionException(failure);
            }
            ring.heard(ringOf.applyAsLong(answered.answer()), answered.by());
            return answered.answer();
        });
    }

    /** Completes after a while; never, if the client is closed before. */
    CompletableFuture<Void> after(Duration time) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        try {
            var unused = timer.schedule(() -> over.complete(null), time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            over.complete(null);
        }
        return over;
    }

    /** What is under way fails before the threads end, so that nobody waits for it. */
    void close() {
        closed = true;
        channels.close();
        timer.shutdownNow();
        callbacks.shutdown();
    }
}
