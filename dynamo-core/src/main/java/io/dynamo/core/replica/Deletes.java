package io.dynamo.core.replica;

import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.replica.DueQueue.Due;
import io.dynamo.core.runtime.LookupTable;
import io.dynamo.core.tree.Digest;
import io.dynamo.spi.Durability;
import io.dynamo.spi.NodeRuntime;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What of a lane's records was deleted, and how it is removed once that is proven to be safe. Confined to the lane.
 */
public final class Deletes {

    private final Replica replica;
    private final NodeRuntime runtime;
    private final OwnedKeys owned;
    private final DueQueue queue;
    private final Ghosts ghosts;
    private final long skewMillisMax;
    // Of these keys nothing was kept for others since they were put here.
    private final LookupTable<StoredKey, Boolean> untouched = new LookupTable<>();

    Deletes(Replica replica, ReplicaParts parts) {
        this.replica = replica;
        this.runtime = parts.runtime;
        this.owned = parts.owned;
        this.queue = new DueQueue(parts.engine, parts.purgeAge);
        this.ghosts = new Ghosts(parts.engine);
        this.skewMillisMax = parts.skewMillisMax;
    }

    /** A record of this node's own, put into a batch or taken out of the space. */
    void stage(StoredKey key, Held after, Commit commit) {
        if (after == Held.NONE) {
            commit.writes.delete(Space.RECORDS, key.bytes());
        } else {
            commit.writes.put(Space.RECORDS, key.bytes(), RecordCodec.encode(after));
            queue.stage(key, after.set(), runtime.wallMillis(), commit);
        }
    }

    /** Something was kept for others. */
    void stagedForOthers(StoredKey key, Held after) {
        if (after != Held.NONE) {
            untouched.remove(key);
        }
    }

    /** Whether what comes is a tombstone that was purged here: it is known, and not wanted. */
    boolean isGhost(StoredKey key, Held held, VersionSet incoming) {
        return held == Held.NONE && !incoming.isEmpty() && owned.owns(key) && ghosts.isGhost(key, incoming);
    }

    /**
     * Whether a record that another owner still has was purged here.
     *
     * @param key the key
     * @param held what this node holds of it
     * @param theirs what the other holds, with or without values
     * @return true if the other may remove it as well; false also if that cannot be read at present
     */
    public boolean wasPurged(StoredKey key, VersionSet held, VersionSet theirs) {
        try {
            return held.isEmpty() && !theirs.isEmpty() && ghosts.isGhost(key, theirs);
        } catch (StorageException e) {
            return false;
        }
    }

    /**
     * A record that may be purged.
     *
     * @param key its key
     * @param digest of what is held
     */
    public record Candidate(StoredKey key, Digest digest) {}

    /**
     * What of a partition may be purged. Entries of the queue that have nothing to say any more are dropped.
     *
     * @param partition its number
     * @param most how many entries are looked at
     * @return by key, in the order of the queue
     * @throws StorageException if it cannot be read at present
     */
    public List<Candidate> due(int partition, int most) {
        long now = runtime.wallMillis();
        Map<StoredKey, Candidate> due = new LinkedHashMap<>();
        for (Due one : queue.due(partition, now, most)) {
            StoredKey key = one.key();
            Held held = owned.owns(key) ? replica.load(key) : Held.NONE;
            if (queue.isDue(held.set(), now)) {
                due.put(key, new Candidate(key, held.digest(key)));
            } else if (!replica.isStaged(key) && !DueQueue.isDeleted(held.set())) {
                queue.drop(one.entry(), replica.commit());
            }
        }
        return new ArrayList<>(due.values());
    }

    /**
     * Whether this node, an owner, holds just this record, on its disk, and has for long enough.
     *
     * @param candidate the record
     * @return whether it may be purged, as far as this node's own copy goes
     * @throws StorageException if it cannot be read at present
     */
    public boolean agrees(Candidate candidate) {
        StoredKey key = candidate.key();
        if (!owned.owns(key) || replica.isStaged(key)) {
            return false;
        }
        Held held = replica.load(key);
        return held.digest(key).equals(candidate.digest()) && queue.isDue(held.set(), runtime.wallMillis());
    }

    /**
     * The number of the last vote or question of a partition that this node has answered.
     *
     * @param partition its number
     * @return 0 if there was none
     * @throws StorageException if it cannot be read at present
     */
    public long epoch(int partition) {
        return ghosts.epoch(partition);
    }

    /**
     * Stores the number of a vote or a question before it is answered, synced, and with it all that was written before: what
     * this node says of its disk is so whatever happens to it.
     *
     * @param partition its number
     * @param epoch the number
     * @param done gets null or the failure
     */
    public void sync(int partition, long epoch, Consumer<@Nullable StorageException> done) {
        Commit commit = replica.commit();
        ghosts.raiseTo(partition, epoch, runtime.wallMillis() - skewMillisMax, commit);
        commit.raiseTo(Durability.SYNC);
        commit.waiting.add(done);
    }

    /**
     * The same, and takes what is not kept for others off the disk, where it may lie although nobody sees it: a write that
     * failed may be found after a crash.
     *
     * @param partition its number
     * @param epoch the number
     * @param keys of which nothing is kept for others
     * @param done gets null or the failure
     */
    public void sync(int partition, long epoch, List<StoredKey> keys, Consumer<@Nullable StorageException> done) {
        for (StoredKey key : keys) {
            if (!owned.owns(key)) {
                replica.commit().writes.delete(Space.HINTS, key.bytes());
            }
        }
        sync(partition, epoch, done);
    }

    /**
     * Whether this node keeps something of a key for others.
     *
     * @param key the key
     * @return true also while that is on its way to the disk, or from it
     * @throws StorageException if it cannot be read at present
     */
    public boolean isKeptForOthers(StoredKey key) {
        return !owned.owns(key) && (replica.isStaged(key) || replica.load(key) != Held.NONE);
    }

    /**
     * From now on this node notices if it keeps something of a key for others.
     *
     * @param key the key
     */
    public void watch(StoredKey key) {
        untouched.put(key, Boolean.TRUE);
    }

    /**
     * Whether nothing was kept of a key for others since it is watched.
     *
     * @param key the key
     * @return false also if it is not watched
     */
    public boolean isUntouched(StoredKey key) {
        return untouched.get(key) != null;
    }

    /**
     * It need not be watched any more.
     *
     * @param key the key
     */
    public void forget(StoredKey key) {
        untouched.remove(key);
    }

    /**
     * Remembers the number of an order, in the batch that carries it out: a disk with a lower one than that is an older copy.
     *
     * @param partition the partition
     * @param epoch its number
     */
    public void ordered(int partition, long epoch) {
        Settled.ordered(partition, epoch, replica.commit().writes);
    }

    /**
     * Removes records that are proven to be over, if they are still what was proven; and remembers which those were.
     *
     * @param partition the partition of all of them
     * @param batch what was proven
     * @param done gets null or the failure
     * @return how many were removed; without those that cannot be read at present
     */
    public int purge(int partition, List<Candidate> batch, Consumer<@Nullable StorageException> done) {
        Map<StoredKey, Digest> names = new LinkedHashMap<>();
        int purged = 0;
        for (Candidate one : batch) {
            names.put(one.key(), one.digest());
            purged += purge(one) ? 1 : 0;
        }
        Commit commit = replica.commit();
        ghosts.purged(partition, names, commit);
        commit.waiting.add(done);
        return purged;
    }

    /**
     * Removes a record that another owner has purged.
     *
     * @param one the record
     * @return whether it was what is held; false also if it cannot be read at present
     */
    public boolean purge(Candidate one) {
        try {
            return removed(one);
        } catch (StorageException e) {
            return false;
        }
    }

    private boolean removed(Candidate one) {
        StoredKey key = one.key();
        Held held = owned.owns(key) ? replica.load(key) : Held.NONE;
        if (held == Held.NONE || !held.digest(key).equals(one.digest())) {
            return false;
        }
        replica.stage(key, held, Held.NONE, Durability.BUFFERED, false);
        return true;
    }
}
