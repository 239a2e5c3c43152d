package io.dynamo.core.replica;

import io.dynamo.core.runtime.LookupTable;
import io.dynamo.spi.StorageException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one lane has staged and the engine does not have yet: whoever reads looks here first (Dynamo §6.1, the object buffer).
 * Confined to the lane.
 */
final class Overlay {

    private static final Logger LOG = LoggerFactory.getLogger(Overlay.class);

    private final LookupTable<StoredKey, Uncommitted> staged = new LookupTable<>();
    private final WriteBuffer buffer;

    /** {@code isAhead}: nobody waits for its commit. */
    private record Uncommitted(Held record, Commit commit, boolean isAhead) {}

    Overlay(WriteBuffer buffer) {
        this.buffer = buffer;
    }

    /** What is staged of a key; null if nothing is. */
    @Nullable
    Held get(StoredKey key) {
        Uncommitted uncommitted = staged.get(key);
        return uncommitted == null ? null : uncommitted.record();
    }

    /** Whether the store acknowledges before the disk has it, and there is room for one more. */
    boolean takesAhead(Keeping store) {
        return store.aheadMax() > 0 && buffer.take(store.aheadMax());
    }

    void put(StoredKey key, Held record, Commit commit, boolean isAhead) {
        commit.ahead += isAhead ? 1 : 0;
        staged.put(key, new Uncommitted(record, commit, isAhead));
    }

    /** Calls back when what is held of a key is as durable as its store promises. */
    void whenDurable(StoredKey key, Consumer<@Nullable StorageException> done) {
        Uncommitted uncommitted = staged.get(key);
        if (uncommitted == null || uncommitted.isAhead()) {
            done.accept(null);
        } else {
            uncommitted.commit().waiting.add(done);
        }
    }

    /** A commit is over; what it leaves in the engine, and nothing was staged on since, is for the cache. */
    void finished(Commit commit, @Nullable StorageException failure, BiConsumer<StoredKey, Held> settle) {
        for (StoredKey key : commit.keys) {
            Uncommitted latest = staged.get(key);
            if (latest != null && latest.commit() == commit) {
                staged.remove(key);
                if (failure == null) {
                    settle.accept(key, latest.record());
                }
            }
        }
        if (commit.ahead > 0) {
            buffer.end(commit.ahead, failure != null);
            if (failure != null) {
                LOG.error(
                        "{} writes were acknowledged from the write buffer and are not on this node's disk: {}",
                        commit.ahead,
                        failure.getMessage());
            }
        }
    }
}
