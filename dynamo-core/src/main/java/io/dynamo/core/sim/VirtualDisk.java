package io.dynamo.core.sim;

import io.dynamo.spi.Space;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A node's disk. It outlives the node's runs; a crash loses batches that were not synced, the last ones first. It can be slow, full,
 * fail to read or write, and come back older than it was.
 */
final class VirtualDisk {

    private static final int SLOW_FACTOR = 100;

    private final Chance chance;
    private DiskImage durable = new DiskImage();
    private DiskImage visible = new DiskImage();
    // What was really synced, while the disk shows an older image of itself.
    private @Nullable DiskImage truth;
    private final List<WriteBatch> unsynced = new ArrayList<>();
    private @Nullable DiskImage remembered;
    private @Nullable DiskImage kept;
    private long busyUntilNanos;
    private SimulationProfile.Disk profile;
    private int slowness = 1;
    private boolean isFull;
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

    /** Every batch takes so many times longer; 1 is the usual. */
    void slow(int factor) {
        slowness = factor;
    }

    /** While it is full, every batch fails. */
    void full(boolean full) {
        isFull = full;
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
        busyUntilNanos = Math.max(busyUntilNanos, nowNanos + delay * slowness);
        return busyUntilNanos;
    }

    /** When it will have written what it has taken. */
    long busyUntilNanos() {
        return busyUntilNanos;
    }

    /** The time has come; returns the failure, if any. A batch that failed may be found after a crash all the same. */
    @Nullable
    StorageException write(WriteBatch batch, boolean sync) {
        if (isFull) {
            unsynced.remove(batch);
            return new StorageException("a virtual disk is full", null);
        }
        if (chance.happens(profile.failedWrites())) {
            if (chance.happens(0.5)) {
                unsynced.remove(batch);
            }
            return new StorageException("a virtual disk failed to write, as its profile says", null);
        }
        visible.apply(batch);
        if (sync) {
            sync(batch);
        }
        return null;
    }

    private void sync(WriteBatch last) {
        int count = unsynced.indexOf(last) + 1;
        List<WriteBatch> first = unsynced.subList(0, count);
        first.forEach(durable::apply);
        first.clear();
    }

    void syncAll() {
        unsynced.forEach(durable::apply);
        unsynced.clear();
    }

    byte @Nullable [] read(Space space, byte[] key) {
        if (chance.happens(profile.failedReads())) {
            throw new StorageException("a virtual disk failed to read, as its profile says", null);
        }
        byte[] value = visible.get(space, key);
        if (value != null && space == Space.RECORDS && chance.happens(profile.corruptReads())) {
            byte[] corrupt = value.clone();
            corrupt[chance.below(corrupt.length)] ^= (byte) (1 << chance.below(Byte.SIZE));
            return corrupt;
        }
        return value;
    }

    /** What a read shows that does not fail. */
    byte @Nullable [] shown(Space space, byte[] key) {
        return visible.get(space, key);
    }

    List<Map.Entry<byte[], byte[]>> scan(Space space, byte[] from, byte @Nullable [] to) {
        return visible.range(space, from, to);
    }

    /** What a crash cannot take: of the disk as it really is, whatever it shows. */
    byte @Nullable [] synced(Space space, byte[] key) {
        return (truth == null ? durable : truth).get(space, key);
    }

    /** The power is cut: batches that nobody was promised may be there or not, in their order. */
    void crash() {
        int survivors = chance.below(unsynced.size() + 1);
        unsynced.subList(0, survivors).forEach(durable::apply);
        unsynced.clear();
        busyUntilNanos = 0;
        visible = durable.copy();
    }

    /** Another disk takes its place, an empty one. */
    void wipe() {
        unsynced.clear();
        busyUntilNanos = 0;
        durable = new DiskImage();
        visible = new DiskImage();
        truth = null;
        remembered = null;
        kept = null;
    }

    /** Keeps what is synced now, for {@link #goBack}. */
    void remember() {
        remembered = durable.copy();
    }

    /** After a crash: shows what was synced when {@link #remember} was called. Nothing happens without that. */
    void goBack() {
        DiskImage older = remembered;
        if (older != null && isLaterThanRemembered()) {
            truth = durable;
            durable = older;
            visible = older.copy();
        }
        remembered = null;
    }

    /** Whether something was synced since {@link #remember}. */
    boolean isLaterThanRemembered() {
        return remembered != null && truth == null && remembered.commits() < durable.commits();
    }

    /** While it is older than it was; whoever opens it then must notice. */
    long missingCommits() {
        if (truth != null && truth.commits() <= durable.commits()) {
            // It was opened before, crashed before it could forget, and has written as much as was missing: first of
            // all that it had noticed.
            settle();
        }
        return truth == null ? 0 : truth.commits() - durable.commits();
    }

    /** How many batches are synced. */
    long commits() {
        return durable.commits();
    }

    /** Keeps a copy of what is synced now, as an operator does for the night. */
    void keepCopy() {
        kept = durable.copy();
    }

    /** Whether there is a copy that is older than the disk. */
    boolean hasOlderCopy() {
        return kept != null && truth == null && kept.commits() < durable.commits();
    }

    /** After a crash: the copy takes the place of what is there, without a trace. */
    void putBackCopy() {
        DiskImage copy = kept;
        if (copy != null && hasOlderCopy()) {
            unsynced.clear();
            durable = copy.copy();
            visible = copy.copy();
            remembered = null;
        }
        kept = null;
    }

    /** Somebody opened it as it is, and knows: what it was before is gone for good. */
    void settle() {
        truth = null;
    }
}
