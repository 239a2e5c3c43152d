package io.dynamo.core.replica;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.dynamo.core.causality.Slice;
import io.dynamo.core.causality.Version;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decoded records in front of the engine; holds only what the engine holds durably. A record comes in when a request reads it, and
 * is kept up to date: what only arrives, like all that another node hands over, would drive out what is asked for.
 */
interface RecordCache {

    /** What a value may keep alive beside itself and not be counted: the head of its record, or of its message. */
    int LITTLE = 1_024;

    @Nullable
    Held get(StoredKey key);

    void put(StoredKey key, Held record);

    /** Puts it in if there is one of the key already. */
    void replace(StoredKey key, Held record);

    void remove(StoredKey key);

    void clear();

    /** For an engine that is a memory itself: the record that was met last, as a request meets it several times. One lane only. */
    static RecordCache last() {
        return new RecordCache() {
            private @Nullable StoredKey lastKey;
            private @Nullable Held last;

            @Override
            public @Nullable Held get(StoredKey key) {
                return isLast(key) ? last : null;
            }

            @Override
            public void put(StoredKey key, Held record) {
                lastKey = key;
                last = record;
            }

            @Override
            public void replace(StoredKey key, Held record) {
                last = isLast(key) ? record : last;
            }

            @Override
            public void remove(StoredKey key) {
                if (isLast(key)) {
                    clear();
                }
            }

            @Override
            public void clear() {
                lastKey = null;
                last = null;
            }

            private boolean isLast(StoredKey key) {
                StoredKey known = lastKey;
                return known != null && known.equals(key);
            }
        };
    }

    /** For the system runtime: keeps what is asked for often. */
    static RecordCache caffeine(long bytesMax) {
        // Maintenance runs on the caller: the cache has no thread of its own.
        Cache<StoredKey, Held> cache = Caffeine.newBuilder()
                .maximumWeight(bytesMax)
                .weigher(RecordCache::bytes)
                .executor(Runnable::run)
                .build();
        return new RecordCache() {
            @Override
            public @Nullable Held get(StoredKey key) {
                return cache.getIfPresent(key);
            }

            @Override
            public void put(StoredKey key, Held record) {
                cache.put(key, record);
            }

            @Override
            public void replace(StoredKey key, Held record) {
                var unused = cache.asMap().replace(key, record);
            }

            @Override
            public void remove(StoredKey key) {
                cache.invalidate(key);
            }

            @Override
            public void clear() {
                cache.invalidateAll();
            }
        };
    }

    /** For the virtual runtime, which has one thread and must be the same every time. */
    static RecordCache leastRecentlyUsed(long bytesMax) {
        Map<StoredKey, Held> entries = new LinkedHashMap<>(16, 0.75f, true);
        return new RecordCache() {
            private long bytes;

            @Override
            public @Nullable Held get(StoredKey key) {
                return entries.get(key);
            }

            @Override
            public void put(StoredKey key, Held record) {
                Held before = entries.put(key, record);
                bytes += bytes(key, record) - (before == null ? 0 : bytes(key, before));
                var oldest = entries.entrySet().iterator();
                while (bytes > bytesMax && oldest.hasNext()) {
                    Map.Entry<StoredKey, Held> dropped = oldest.next();
                    bytes -= bytes(dropped.getKey(), dropped.getValue());
                    oldest.remove();
                }
            }

            @Override
            public void replace(StoredKey key, Held record) {
                if (entries.containsKey(key)) {
                    put(key, record);
                }
            }

            @Override
            public void remove(StoredKey key) {
                Held before = entries.remove(key);
                bytes -= before == null ? 0 : bytes(key, before);
            }

            @Override
            public void clear() {
                entries.clear();
                bytes = 0;
            }
        };
    }

    private static int bytes(StoredKey key, Held record) {
        long bytes = 200L + key.bytes().length;
        for (Version version : record.set().versions()) {
            // Twice: the value, and its encoded form that the set may hold on to.
            bytes += 100 + 2L * version.valueBytes();
            // A small sibling of a large one that is gone still keeps the whole record it came in.
            Slice content = version.content();
            bytes += content == null ? 0 : Math.max(0, content.array().length - content.length() - LITTLE);
        }
        return (int) Math.min(Integer.MAX_VALUE, bytes);
    }
}
