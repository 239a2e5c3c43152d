package io.dynamo.remote;

import io.dynamo.api.WriteId;
import io.dynamo.spi.Address;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** All that exists while a client is connected: channels, the ring, threads. */
final class Connection {

    private static final int CALLBACK_THREADS = 2;
    private static final int IDLE_SECONDS = 5;
    private static final int RETRY_MILLIS = 500;

    private final ClientSettings settings;
    private final ScheduledExecutorService timer;
    private final ExecutorService callbacks;
    private final Channels channels;
    private final RingCache ring;
    private final SecureRandom random = new SecureRandom();

    private Connection(ClientSettings settings) {
        this.settings = settings;
        timer = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "dynamo-client-timer"));
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
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
        connection.ring.refreshLater(connection.timer);
        var unused = connection.timer.scheduleWithFixedDelay(
                connection.channels::retry, RETRY_MILLIS, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        return connection;
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
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

    /** Asks the nodes of a key. */
    <Q, A> CompletableFuture<A> ask(Call.What<Q, A> what, String key, boolean repeated, Function<A, Long> ringOf) {
        return ask(what, ring.nodesFor(key), repeated, ringOf);
    }

    /** Asks any node. */
    <Q, A> CompletableFuture<A> askAny(Call.What<Q, A> what, Function<A, Long> ringOf) {
        return ask(what, ring.anyNodes(), false, ringOf);
    }

    private <Q, A> CompletableFuture<A> ask(
            Call.What<Q, A> what, List<Address> nodes, boolean repeated, Function<A, Long> ringOf) {
        return new Call<>(what, channels, timer, nodes, repeated).start().whenComplete((answer, failure) -> {
            if (failure == null) {
                ring.heard(ringOf.apply(answer));
            }
        });
    }

    void close() {
        channels.close();
        timer.shutdownNow();
        callbacks.shutdown();
    }
}
