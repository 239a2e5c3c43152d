package io.dynamo.core;

import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run's use of an engine in memory that outlives it, as a disk outlives a process: closing it ends the run's use, not
 * the engine, so that a killed run writes nothing more.
 */
final class KeptStorage implements StorageEngine {

    private final StorageEngine kept;
    private volatile boolean isClosed;

    KeptStorage(StorageEngine kept) {
        this.kept = kept;
    }

    private StorageEngine open() {
        if (isClosed) {
            throw new StorageException("the node that used this storage was stopped", null);
        }
        return kept;
    }

    @Override
    public byte @Nullable [] get(Space space, byte[] key) {
        return open().get(space, key);
    }

    @Override
    public void write(WriteBatch batch, Durability durability, Consumer<@Nullable StorageException> completion) {
        open().write(batch, durability, completion);
    }

    @Override
    public Scan scan(Space space, byte[] from, byte @Nullable [] to) {
        return open().scan(space, from, to);
    }

    @Override
    public void flush() {
        open().flush();
    }

    @Override
    public void checkpoint(Path directory) {
        open().checkpoint(directory);
    }

    @Override
    public boolean isInMemory() {
        return kept.isInMemory();
    }

    @Override
    public Map<String, Long> statistics() {
        return kept.statistics();
    }

    @Override
    public void close() {
        isClosed = true;
    }
}
