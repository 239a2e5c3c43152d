package io.dynamo.core.sim;

import io.dynamo.spi.Space;
import io.dynamo.spi.WriteBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is on a virtual disk at one time. */
final class DiskImage {

    private final Map<Space, NavigableMap<byte[], byte[]>> spaces = new EnumMap<>(Space.class);
    private long commits;

    DiskImage() {
        for (Space space : Space.values()) {
            spaces.put(space, new TreeMap<>(Arrays::compareUnsigned));
        }
    }

    DiskImage copy() {
        DiskImage copy = new DiskImage();
        spaces.forEach((space, entries) -> copy.map(space).putAll(entries));
        copy.commits = commits;
        return copy;
    }

    /** How many batches it holds; an image that holds fewer than another is older. */
    long commits() {
        return commits;
    }

    void apply(WriteBatch batch) {
        commits++;
        for (WriteBatch.Change change : batch.changes()) {
            NavigableMap<byte[], byte[]> map = map(change.space());
            byte[] value = change.value();
            if (value != null) {
                map.put(change.key(), value);
            } else if (change.end() != null) {
                sub(map, change.key(), change.end()).clear();
            } else {
                map.remove(change.key());
            }
        }
    }

    byte @Nullable [] get(Space space, byte[] key) {
        return map(space).get(key);
    }

    List<Map.Entry<byte[], byte[]>> range(Space space, byte[] from, byte @Nullable [] to) {
        List<Map.Entry<byte[], byte[]>> copy = new ArrayList<>();
        sub(map(space), from, to).forEach((key, value) -> copy.add(Map.entry(key, value)));
        return copy;
    }

    private static NavigableMap<byte[], byte[]> sub(
            NavigableMap<byte[], byte[]> map, byte[] from, byte @Nullable [] to) {
        if (to == null) {
            return map.tailMap(from, true);
        }
        return map.subMap(from, true, Arrays.compareUnsigned(from, to) > 0 ? from : to, false);
    }

    private NavigableMap<byte[], byte[]> map(Space space) {
        return Objects.requireNonNull(spaces.get(space));
    }
}
