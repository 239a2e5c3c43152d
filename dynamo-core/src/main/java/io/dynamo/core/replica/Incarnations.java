package io.dynamo.core.replica;

import io.dynamo.spi.Durability;
import io.dynamo.spi.NodeRuntime;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The node's present incarnation. A failed commit ends it, because what was lost may have been sent already; the node then
 * mints nothing until a new one is durable, which also shows that the storage takes writes again.
 *
 * <p>Thread: any.
 */
public final class Incarnations {

    private static final byte[] KEY = "incarnation".getBytes(StandardCharsets.UTF_8);
    private static final int VALUE_BYTES = 2 * Long.BYTES;
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final NodeRuntime runtime;
    private final StorageEngine engine;
    private final byte[] directory;
    private final RandomGenerator random;
    private final LatestRuns runs = new LatestRuns();
    private final AtomicReference<@Nullable Incarnation> current = new AtomicReference<>();
    private final AtomicBoolean renewing = new AtomicBoolean();
    private volatile long startedMillis;
    private volatile Found found = Found.NOTHING;
    private volatile boolean hasLooked;
    private volatile String problem = "not started";

    /**
     * Begins without an incarnation.
     *
     * @param runtime gives time and chance
     * @param engine keeps the incarnation
     * @param directory id of the data directory
     */
    public Incarnations(NodeRuntime runtime, StorageEngine engine, byte[] directory) {
        this.runtime = runtime;
        this.engine = engine;
        this.directory = directory.clone();
        this.random = runtime.random("incarnation");
    }

    /**
     * Draws the first incarnation and makes it durable.
     *
     * @param done told null, or why it failed
     */
    public void start(Consumer<@Nullable StorageException> done) {
        try {
            long last = lastStart();
            // By the wall clock, but after every earlier run on this directory, whatever the clock says.
            Incarnation fresh = Incarnation.of(Math.max(runtime.wallMillis(), last + 1), directory, random.nextLong());
            WriteBatch batch = new WriteBatch();
            if (!hasLooked) {
                hasLooked = true;
                found = Found.of(engine, last);
                found.keep(batch, fresh.startedMillis());
            }
            byte[] value = ByteBuffer.allocate(VALUE_BYTES)
                    .putLong(fresh.high())
                    .putLong(fresh.low())
                    .array();
            engine.write(batch.put(Space.META, KEY, value), Durability.SYNC, failure -> {
                if (failure == null) {
                    startedMillis = fresh.startedMillis();
                    runs.heard(directory, fresh.startedMillis());
                    current.set(fresh);
                    problem = "";
                }
                done.accept(failure);
            });
        } catch (StorageException e) {
            done.accept(e);
        }
    }

    private long lastStart() {
        byte[] stored = engine.get(Space.META, KEY);
        return stored == null || stored.length != VALUE_BYTES
                ? startedMillis
                : Math.max(startedMillis, Found.startedMillis(stored, directory));
    }

    /**
     * Which state of the directory this run has found.
     *
     * @return the same as long as it runs
     */
    public Found found() {
        return found;
    }

    /**
     * When the latest incarnation started, for the peers to know that earlier ones are over.
     *
     * @return milliseconds since 1970; 0 if there was none
     */
    public long startedMillis() {
        return startedMillis;
    }

    /**
     * The latest runs that this node has heard of, itself among them.
     *
     * @return filled by the handshake
     */
    public LatestRuns runs() {
        return runs;
    }

    /**
     * The incarnation that may mint.
     *
     * @return null while the storage takes no writes
     */
    public @Nullable Incarnation current() {
        return current.get();
    }

    /**
     * Why there is none.
     *
     * @return empty while there is one
     */
    public String problem() {
        return problem;
    }

    /**
     * A commit failed: mint nothing more under this incarnation, and look for a new one.
     *
     * @param cause why
     */
    public void end(StorageException cause) {
        current.set(null);
        problem = String.valueOf(cause.getMessage());
        if (renewing.compareAndSet(false, true)) {
            retryLater();
        }
    }

    private void retryLater() {
        runtime.schedule(
                RETRY_NANOS,
                () -> start(failure -> {
                    if (failure == null) {
                        renewing.set(false);
                        // Ended again before that line: whoever did it left the renewing to us.
                        if (current.get() == null && renewing.compareAndSet(false, true)) {
                            retryLater();
                        }
                    } else {
                        problem = String.valueOf(failure.getMessage());
                        retryLater();
                    }
                }));
    }
}
