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
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final NodeRuntime runtime;
    private final StorageEngine engine;
    private final RandomGenerator random;
    private final AtomicReference<@Nullable Incarnation> current = new AtomicReference<>();
    private final AtomicBoolean renewing = new AtomicBoolean();
    private volatile String problem = "not started";

    /**
     * Begins without an incarnation.
     *
     * @param runtime gives time and chance
     * @param engine keeps the incarnation
     */
    public Incarnations(NodeRuntime runtime, StorageEngine engine) {
        this.runtime = runtime;
        this.engine = engine;
        this.random = runtime.random("incarnation");
    }

    /**
     * Draws the first incarnation and makes it durable.
     *
     * @param done told null, or why it failed
     */
    public void start(Consumer<@Nullable StorageException> done) {
        Incarnation fresh = new Incarnation(random.nextLong(), random.nextLong());
        byte[] value = ByteBuffer.allocate(16)
                .putLong(fresh.high())
                .putLong(fresh.low())
                .array();
        try {
            engine.write(new WriteBatch().put(Space.META, KEY, value), Durability.SYNC, failure -> {
                if (failure == null) {
                    current.set(fresh);
                    problem = "";
                }
                done.accept(failure);
            });
        } catch (StorageException e) {
            done.accept(e);
        }
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
