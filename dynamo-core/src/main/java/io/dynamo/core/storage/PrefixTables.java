package io.dynamo.core.storage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Values by key in hash tables, one for each prefix of two bytes, which is a partition of the core's: single keys are found
 * in one step, and a range sorts only the tables it touches. Nothing of the tables' own order shows.
 *
 * <p>Thread: safe for use by many threads.
 */
final class PrefixTables {

    private static final int FAN_OUT = 256;

    private final AtomicReferenceArray<@Nullable AtomicReferenceArray<@Nullable Hashed>> tables =
            new AtomicReferenceArray<>(FAN_OUT);

    private static final class Hashed extends ConcurrentHashMap<Key, byte[]> {
        private static final long serialVersionUID = 1L;
    }

    /** A key with its hash, as arrays have neither equality nor hash of their own. */
    private static final class Key {
        private final byte[] bytes;
        private final int hash;

        Key(byte[] bytes) {
            this.bytes = bytes;
            this.hash = Arrays.hashCode(bytes);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key that && hash == that.hash && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    byte @Nullable [] get(byte[] key) {
        Hashed table = find(prefix(key));
        return table == null ? null : table.get(new Key(key));
    }

    byte @Nullable [] put(byte[] key, byte[] value) {
        return make(prefix(key)).put(new Key(key), value);
    }

    byte @Nullable [] remove(byte[] key) {
        Hashed table = find(prefix(key));
        return table == null ? null : table.remove(new Key(key));
    }

    /** The entries from a key on, below another (null: no end); not in order. */
    List<Map.Entry<byte[], byte[]>> range(byte[] from, byte @Nullable [] to) {
        List<Map.Entry<byte[], byte[]>> found = new ArrayList<>();
        int last = to == null ? FAN_OUT * FAN_OUT - 1 : prefix(to);
        for (int prefix = prefix(from); prefix <= last; prefix++) {
            Hashed table = find(prefix);
            if (table != null) {
                table.forEach((key, value) -> {
                    if (Arrays.compareUnsigned(key.bytes, from) >= 0
                            && (to == null || Arrays.compareUnsigned(key.bytes, to) < 0)) {
                        found.add(Map.entry(key.bytes, value));
                    }
                });
            }
        }
        return found;
    }

    void clear() {
        for (int high = 0; high < FAN_OUT; high++) {
            tables.set(high, null);
        }
    }

    private @Nullable Hashed find(int prefix) {
        AtomicReferenceArray<@Nullable Hashed> row = tables.get(prefix >>> 8);
        return row == null ? null : row.get(prefix & 0xff);
    }

    private Hashed make(int prefix) {
        AtomicReferenceArray<@Nullable Hashed> row = tables.get(prefix >>> 8);
        if (row == null) {
            AtomicReferenceArray<@Nullable Hashed> fresh = new AtomicReferenceArray<>(FAN_OUT);
            AtomicReferenceArray<@Nullable Hashed> winner = tables.compareAndExchange(prefix >>> 8, null, fresh);
            row = winner == null ? fresh : winner;
        }
        Hashed table = row.get(prefix & 0xff);
        if (table == null) {
            Hashed fresh = new Hashed();
            Hashed winner = row.compareAndExchange(prefix & 0xff, null, fresh);
            table = winner == null ? fresh : winner;
        }
        return table;
    }

    /** A shorter key counts as if it ended in zeros, which keeps the order of prefixes that of keys. */
    private static int prefix(byte[] key) {
        int high = key.length > 0 ? key[0] & 0xff : 0;
        int low = key.length > 1 ? key[1] & 0xff : 0;
        return high << 8 | low;
    }
}
