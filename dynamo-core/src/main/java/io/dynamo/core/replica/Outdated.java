package io.dynamo.core.replica;

import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.HybridClock;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes off a disk what of a partition may have been removed everywhere else while the disk was another one: whatever is not younger
 * than what was removed, of this node's own and of what it keeps for others. What was written since is kept. Slice by slice; confined
 * to the lane.
 */
public final class Outdated {

    private final StorageEngine engine;
    private final Replica replica;
    private final Settled elsewhere;
    private Space space = Space.RECORDS;
    private byte[] next;
    private int dropped;

    /**
     * Begins.
     *
     * @param engine the disk
     * @param replica of the partition's lane
     * @param elsewhere how far the removal has come on another disk
     */
    public Outdated(StorageEngine engine, Replica replica, Settled elsewhere) {
        this.engine = engine;
        this.replica = replica;
        this.elsewhere = elsewhere;
        this.next = StoredKey.partitionRange(elsewhere.partition());
    }

    /**
     * Which partition.
     *
     * @return its number
     */
    public int partition() {
        return elsewhere.partition();
    }

    /**
     * How many records were dropped, or lost some of their versions.
     *
     * @return so far
     */
    public int dropped() {
        return dropped;
    }

    /**
     * Goes on.
     *
     * @param most how many records to look at
     * @param through called when the disk has dropped all there is to drop, with null or the failure
     * @return whether there is more
     * @throws StorageException if it cannot be read at present
     */
    public boolean slice(int most, Consumer<@Nullable StorageException> through) {
        int looked = 0;
        try (StorageEngine.Scan scan = engine.scan(space, next, StoredKey.endOfPartition(partition()))) {
            while (scan.hasNext()) {
                if (looked++ == most) {
                    return true;
                }
                Map.Entry<byte[], byte[]> entry = scan.next();
                look(StoredKey.parse(entry.getKey()), entry.getValue());
                next = Arrays.copyOf(entry.getKey(), entry.getKey().length + 1);
            }
        }
        if (space == Space.RECORDS) {
            space = Space.HINTS;
            next = StoredKey.partitionRange(partition());
            return true;
        }
        // Last, and with it all before: a crash on the way leaves the number as low as it was.
        replica.deletes().sync(partition(), Math.max(elsewhere.voted(), elsewhere.ordered()), through);
        return false;
    }

    private void look(StoredKey key, byte[] bytes) {
        if (replica.owns(key) != (space == Space.RECORDS)) {
            return;
        }
        Held held = held(key, bytes);
        VersionSet rest = younger(held.set());
        if (rest != held.set()) {
            dropped++;
            Held left = rest.isEmpty() ? Held.NONE : new Held(rest, null, held.hint());
            replica.stage(key, held, left, Durability.BUFFERED, false);
        }
    }

    /** One that is damaged is shown to nobody, and stays. */
    private Held held(StoredKey key, byte[] bytes) {
        try {
            return replica.look(key);
        } catch (StorageException unread) {
            try {
                return space == Space.RECORDS ? RecordCodec.decode(key, bytes) : HintCodec.decode(key, bytes);
            } catch (StorageException damaged) {
                return Held.NONE;
            }
        }
    }

    /**
     * Without what such a version was known to have replaced: that it is gone here says nothing of others, whose copy of it may live.
     */
    private VersionSet younger(VersionSet set) {
        List<Version> young = set.versions().stream()
                .filter(version -> HybridClock.millis(version.timestamp()) > elsewhere.untilMillis())
                .toList();
        if (young.size() == set.versions().size()) {
            return set;
        }
        return young.isEmpty() ? VersionSet.EMPTY : VersionSet.of(CausalContext.EMPTY, young);
    }
}
