package io.dynamo.core.replica;

import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;

/** What the engine holds, seen through the cache in front of it. Confined to a lane, as is each key. */
final class StoredRecords {

    private final StorageEngine engine;
    private final OwnedKeys owned;
    private final RecordCache cache;

    StoredRecords(StorageEngine engine, OwnedKeys owned, RecordCache cache) {
        this.engine = engine;
        this.owned = owned;
        this.cache = cache;
    }

    /**
     * For a request: what was asked for is asked for again, so it is kept in the cache.
     *
     * @throws StorageException if it cannot be read, or is corrupt
     */
    Held load(StoredKey key) {
        Held cached = cache.get(key);
        if (cached != null) {
            return cached;
        }
        Held read = read(key);
        keep(key, read);
        return read;
    }

    /**
     * For work in the background: it goes through everything once, and must not drive out of the cache what requests ask for.
     *
     * @throws StorageException if it cannot be read, or is corrupt
     */
    Held look(StoredKey key) {
        Held cached = cache.get(key);
        return cached != null ? cached : read(key);
    }

    /** Keeps in the cache what the engine holds. */
    void keep(StoredKey key, Held stored) {
        if (stored != Held.NONE) {
            cache.put(key, stored);
        }
    }

    /** What the engine holds from now on. */
    void show(StoredKey key, Held record) {
        if (record == Held.NONE) {
            cache.remove(key);
        } else {
            cache.replace(key, record);
        }
    }

    /** Nothing that was read is sure any more. */
    void forget() {
        cache.clear();
    }

    private Held read(StoredKey key) {
        boolean isOwn = owned.owns(key);
        byte[] bytes = engine.get(isOwn ? Space.RECORDS : Space.HINTS, key.bytes());
        if (bytes == null) {
            return Held.NONE;
        }
        return isOwn ? RecordCodec.decode(key, bytes) : HintCodec.decode(key, bytes);
    }
}
