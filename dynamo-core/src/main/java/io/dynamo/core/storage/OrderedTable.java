package io.dynamo.core.storage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Always in order: for a space of which small ranges are read, where {@link PrefixTables} would look at a whole partition. */
final class OrderedTable implements Table {

    private final ConcurrentSkipListMap<byte[], byte[]> entries = new ConcurrentSkipListMap<>(Arrays::compareUnsigned);

    @Override
    public byte @Nullable [] get(byte[] key) {
        return entries.get(key);
    }

    @Override
    public byte @Nullable [] put(byte[] key, byte[] value) {
        return entries.put(key, value);
    }

    @Override
    public byte @Nullable [] remove(byte[] key) {
        return entries.remove(key);
    }

    @Override
    public List<Map.Entry<byte[], byte[]>> range(byte[] from, byte @Nullable [] to) {
        if (to != null && Arrays.compareUnsigned(from, to) >= 0) {
            return new ArrayList<>();
        }
        ConcurrentNavigableMap<byte[], byte[]> range = to == null ? entries.tailMap(from) : entries.subMap(from, to);
        return new ArrayList<>(range.entrySet());
    }

    @Override
    public void clear() {
        entries.clear();
    }
}
