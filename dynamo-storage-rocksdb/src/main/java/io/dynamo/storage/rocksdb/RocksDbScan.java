package io.dynamo.storage.rocksdb;

import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import java.nio.file.Path;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/** A range being read; the iterator holds the state of the time it was made. */
final class RocksDbScan implements StorageEngine.Scan {

    private final Guard guard;
    private final Path path;
    private final Set<RocksDbScan> open;
    private final @Nullable Slice end;
    private final ReadOptions options;
    private final RocksIterator iterator;
    private final boolean empty;
    private boolean released;

    /** Made while the guard is held. */
    RocksDbScan(
            Guard guard,
            Path path,
            Set<RocksDbScan> open,
            NativeDatabase database,
            Space space,
            byte[] from,
            byte @Nullable [] to) {
        this.guard = guard;
        this.path = path;
        this.open = open;
        // RocksDB takes an empty bound for no bound.
        empty = to != null && to.length == 0;
        end = to == null || empty ? null : new Slice(to);
        options = new ReadOptions().setVerifyChecksums(true);
        if (end != null) {
            options.setIterateUpperBound(end);
        }
        iterator = database.db().newIterator(database.handle(space), options);
        iterator.seek(from);
        open.add(this);
    }

    @Override
    public boolean hasNext() {
        enter();
        try {
            return isValid();
        } finally {
            guard.exit();
        }
    }

    @Override
    public Map.Entry<byte[], byte[]> next() {
        enter();
        try {
            if (!isValid()) {
                throw new NoSuchElementException();
            }
            Map.Entry<byte[], byte[]> entry = Map.entry(iterator.key(), iterator.value());
            iterator.next();
            return entry;
        } finally {
            guard.exit();
        }
    }

    @Override
    public void close() {
        if (guard.enter()) {
            try {
                release();
            } finally {
                guard.exit();
            }
        }
        // Otherwise the engine is closing, and releases this scan itself.
    }

    /** Releases what is native; by the engine once no call is inside, or under the guard. */
    void release() {
        if (open.remove(this)) {
            released = true;
            iterator.close();
            options.close();
            if (end != null) {
                end.close();
            }
        }
    }

    private void enter() {
        if (!guard.enter()) {
            throw Failures.closed(path);
        }
    }

    private boolean isValid() {
        if (released || empty) {
            return false;
        }
        if (iterator.isValid()) {
            return true;
        }
        try {
            // Not valid is the end of the range or a block that could not be read: never the same.
            iterator.status();
        } catch (RocksDBException e) {
            throw Failures.failed("scan", path, e);
        }
        return false;
    }
}
