package io.dynamo.core.sim;

import io.dynamo.spi.Space;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one node has on its disk: a log of batches in the order in which they were handed over. It outlives the runs of its
 * node. A crash keeps what was synced and some of the first batches after that, whole: a torn tail.
 */
final class VirtualDisk {

    private static final int SLOW_FACTOR = 100;

    private final Chance chance;
    private final Map<Space, NavigableMap<byte[], byte[]>> durable = empty();
    private Map<Space, NavigableMap<byte[], byte[]>> visible = empty();
    private final List<WriteBatch> unsynced = new ArrayList<>();
    private long busyUntilNanos;
    private SimulationProfile.Disk profile;
    private Consumer<WriteBatch> tap = batch -> {};

    VirtualDisk(Universe universe, String node, SimulationProfile.Disk profile) {
        this.chance = universe.chance("disk/" + node);
        this.profile = profile;
    }

    /** Sees every batch that is handed over. */
    void tap(Consumer<WriteBatch> newTap) {
        tap = newTap;
    }

    /** From now on batches are written in another way. */
    void become(SimulationProfile.Disk other) {
        profile = other;
    }

    /** Takes a batch; returns when it will be written. Batches are written in the order in which they came. */
    long accept(WriteBatch batch, long nowNanos) {
        long delay =
                chance.between(profile.delayMin().toNanos(), profile.delayMax().toNanos());
        if (chance.happens(profile.slow())) {
            delay *= 1 + chance.below(SLOW_FACTOR);
        }
        tap.accept(batch);
        unsynced.add(batch);
        busyUntilNanos = Math.max(busyUntilNanos, nowNanos + delay);
        return busyUntilNanos;
    }

    /** The time has come; returns the failure, if any. A batch that failed may be found after a crash all the same. */
    @Nullable
    StorageException write(WriteBatch batch, boolean sync) {
        if (chance.happens(profile.failedWrites())) {
            if (chance.happens(0.5)) {
                unsynced.remove(batch);
            }
            return new StorageException("a virtual disk failed to write, as its profile says", null);
        }
        apply(visible, batch);
        if (sync) {
            sync(batch);
        }
        return null;
    }

    private void sync(WriteBatch last) {
        int count = unsynced.indexOf(last) + 1;
        List<WriteBatch> first = unsynced.subList(0, count);
        first.forEach(batch -> apply(durable, batch));
        first.clear();
    }

    void syncAll() {
        unsynced.forEach(batch -> apply(durable, batch));
        unsynced.clear();
    }

    byte @Nullable [] read(Space space, byte[] key) {
        if (chance.happens(profile.failedReads())) {
            throw new StorageException("a virtual disk failed to read, as its profile says", null);
        }
        return map(visible, space).get(key);
    }

    List<Map.Entry<byte[], byte[]>> scan(Space space, byte[] from, byte @Nullable [] to) {
        List<Map.Entry<byte[], byte[]>> copy = new ArrayList<>();
        range(map(visible, space), from, to).forEach((key, value) -> copy.add(Map.entry(key, value)));
        return copy;
    }

    /** The power is cut: batches that nobody was promised may be there or not, in their order. */
    void crash() {
        int survivors = chance.below(unsynced.size() + 1);
        unsynced.subList(0, survivors).forEach(batch -> apply(durable, batch));
        unsynced.clear();
        busyUntilNanos = 0;
        visible = empty();
        durable.forEach((space, entries) -> map(visible, space).putAll(entries));
    }

    private static void apply(Map<Space, NavigableMap<byte[], byte[]>> maps, WriteBatch batch) {
        for (WriteBatch.Change change : batch.changes()) {
            NavigableMap<byte[], byte[]> map = map(maps, change.space());
            byte[] value = change.value();
            if (value != null) {
                map.put(change.key(), value);
            } else if (change.end() != null) {
                range(map, change.key(), change.end()).clear();
            } else {
                map.remove(change.key());
            }
        }
    }

    private static NavigableMap<byte[], byte[]> range(
            NavigableMap<byte[], byte[]> map, byte[] from, byte @Nullable [] to) {
        if (to == null) {
            return map.tailMap(from, true);
        }
        return map.subMap(from, true, Arrays.compareUnsigned(from, to) > 0 ? from : to, false);
    }

    private static NavigableMap<byte[], byte[]> map(Map<Space, NavigableMap<byte[], byte[]>> maps, Space space) {
        return Objects.requireNonNull(maps.get(space));
    }

    private static Map<Space, NavigableMap<byte[], byte[]>> empty() {
        Map<Space, NavigableMap<byte[], byte[]>> maps = new EnumMap<>(Space.class);
        for (Space space : Space.values()) {
            maps.put(space, new TreeMap<>(Arrays::compareUnsigned));
        }
        return maps;
    }
}
