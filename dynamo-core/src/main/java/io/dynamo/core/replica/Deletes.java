package io.dynamo.core.replica;

import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.replica.DueQueue.Due;
import io.dynamo.core.runtime.LookupTable;
import io.dynamo.core.tree.Digest;
import io.dynamo.spi.Durability;
import io.dynamo.spi.NodeRuntime;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What of a lane's records was deleted or has expired, and how it is removed once that is proven to be safe; and the same of
 * entries of runs that are over. Confined to the lane.
 */
public final class Deletes {

    private final Replica replica;
    private final NodeRuntime runtime;
    private final StorageEngine engine;
    private final OwnedKeys owned;
    private final DueQueue queue;
    private final Ghosts ghosts;
    private final DeadEntries dead;
    private final long oldMillis;
    // Of these keys nothing was kept for others since they were put here.
    private final LookupTable<StoredKey, Boolean> untouched = new LookupTable<>();

    Deletes(Replica replica, ReplicaParts parts) {
        this.replica = replica;
        this.runtime = parts.runtime;
        this.engine = parts.engine;
        this.owned = parts.owned;
        this.queue = new DueQueue(parts.engine, parts.purgeAge);
        this.ghosts = new Ghosts(parts.engine);
        this.dead = new DeadEntries(parts.purgeAge);
        // A run's last write may have been that far ahead of its end, and this clock be that far behind an owner's.
        this.oldMillis = parts.purgeAge.millis() - 2 * parts.skewMillisMax;
    }

    /** A record of this node's own, put into a batch or taken out of the space. */
    void stage(StoredKey key, Held before, Held after, Commit commit) {
        if (after == Held.NONE) {
            commit.writes.delete(Space.RECORDS, key.bytes());
        } else {
            commit.writes.put(Space.RECORDS, key.bytes(), RecordCodec.encode(after));
        }
        queue.stage(key, dueMillis(before.set()), dueMillis(after.set()), commit);
    }

    /** When a record is to be looked at; it depends on nothing else than the record. */
    private long dueMillis(VersionSet set) {
        return Math.min(queue.dueMillis(set), dead.dueMillis(set));
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

    /** What others hold, without the entries that were forgotten here last. */
    VersionSet unforgotten(StoredKey key, VersionSet incoming) {
        return owned.owns(key) ? dead.without(key, incoming) : incoming;
    }

    /** What a writer has seen, without the entries that were forgotten here last. */
    CausalContext unforgotten(StoredKey key, CausalContext seen) {
        return owned.owns(key) ? dead.without(key, seen) : seen;
    }

    /**
     * What of a record that another owner still has was removed here.
     *
     * @param key the key
     * @param held what this node holds of it
     * @param theirs what the other holds, with or without values
     * @return what the other may do as well; null if there is nothing, also if that cannot be read at present
     */
    public @Nullable Candidate missed(StoredKey key, VersionSet held, VersionSet theirs) {
        if (dead.without(key, theirs) != theirs) {
            return new Candidate(key, Digest.NONE, dead.of(key));
        }
        try {
            boolean isPurged = held.isEmpty() && !theirs.isEmpty() && ghosts.isGhost(key, theirs);
            return isPurged ? Candidate.toPurge(key, theirs) : null;
        } catch (StorageException e) {
            return null;
        }
    }

    /**
     * A record that may be purged, or forget some entries.
     *
     * @param key its key
     * @param digest of what is held, if it may be purged
     * @param entries what may be forgotten; empty if all of it may go
     */
    public record Candidate(StoredKey key, Digest digest, CausalContext entries) {

        /**
         * A record that may be purged.
         *
         * @param key its key
         * @param set what is held
         * @return the candidate
         */
        public static Candidate toPurge(StoredKey key, VersionSet set) {
            return new Candidate(key, Digest.of(key.bytes(), set), CausalContext.EMPTY);
        }

        /**
         * Whether all of the record may go.
         *
         * @return false if only some entries may
         */
        public boolean isPurge() {
            return entries.isEmpty();
        }
    }

    /**
     * What of a partition may be purged or forgotten. Entries of the queue that say too early a time are corrected.
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
            Held held = owned.owns(key) ? replica.look(key) : Held.NONE;
            if (queue.isDue(held.set(), now)) {
                due.put(key, new Candidate(key, held.digest(key), CausalContext.EMPTY));
            } else if (dead.dueMillis(held.set()) <= now) {
                due.put(key, new Candidate(key, Digest.NONE, dead.over(held.set(), now)));
            } else if (!replica.isStaged(key)) {
                queue.correct(one, dueMillis(held.set()), replica.commit());
            }
        }
        return new ArrayList<>(due.values());
    }

    /**
     * Whether this node, an owner, holds just this record, on its disk, and has for long enough; or just these entries.
     *
     * @param candidate the record
     * @return whether it may be purged or forgotten, as far as this node's own copy goes
     * @throws StorageException if it cannot be read at present
     */
    public boolean agrees(Candidate candidate) {
        StoredKey key = candidate.key();
        if (!owned.owns(key)) {
            return false;
        }
        Held held = replica.look(key);
        if (!candidate.isPurge()) {
            // A key that is written all the time is on its way to the disk all the time: these were there before.
            return replica.stored(key).set().context().covers(candidate.entries())
                    && dead.mayForget(held.set(), candidate.entries(), runtime.wallMillis(), replica.present());
        }
        return !replica.isStaged(key)
                && held.digest(key).equals(candidate.digest())
                && queue.isDue(held.set(), runtime.wallMillis());
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
        ghosts.raiseTo(partition, epoch, runtime.wallMillis() - oldMillis, commit);
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
        return !owned.owns(key) && (replica.isStaged(key) || replica.look(key) != Held.NONE);
    }

    /**
     * Whether something of a key is where it does not belong any more: this node was an owner of it and is none, or the other way round.
     *
     * @param key the key
     * @return true until it has been taken from there
     * @throws StorageException if it cannot be read at present
     */
    public boolean isLeftOver(StoredKey key) {
        return engine.get(owned.owns(key) ? Space.HINTS : Space.RECORDS, key.bytes()) != null;
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
     * Remembers what was removed last in a partition, in the batch that removes it.
     *
     * @param partition the partition of all of them
     * @param batch what was proven
     * @param done gets null or the failure
     */
    public void removed(int partition, List<Candidate> batch, Consumer<@Nullable StorageException> done) {
        Map<StoredKey, Digest> purged = new LinkedHashMap<>();
        Map<StoredKey, CausalContext> forgotten = new LinkedHashMap<>();
        for (Candidate one : batch) {
            if (one.isPurge()) {
                purged.put(one.key(), one.digest());
            } else {
                forgotten.put(one.key(), one.entries());
            }
        }
        Commit commit = replica.commit();
        if (!purged.isEmpty()) {
            ghosts.purged(partition, purged, commit);
        }
        if (!forgotten.isEmpty()) {
            dead.forgotten(partition, forgotten);
        }
        if (commit.writes.isEmpty()) {
            // All of it was gone already.
            done.accept(null);
        } else {
            commit.waiting.add(done);
        }
    }

    /**
     * Removes what is proven to be over, as ordered or as another owner has: a record if it is still what was proven; entries
     * whatever else the record has become.
     *
     * @param one the record
     * @return whether anything was removed; false also if it cannot be read at present
     */
    public boolean remove(Candidate one) {
        try {
            Held held = owned.owns(one.key()) ? replica.look(one.key()) : Held.NONE;
            Held after = one.isPurge() ? purged(held, one) : held.without(one.entries(), replica.present());
            if (after == held) {
                return false;
            }
            replica.stage(one.key(), held, after, Durability.BUFFERED, false);
            return true;
        } catch (StorageException e) {
            return false;
        }
    }

    private static Held purged(Held held, Candidate one) {
        return held == Held.NONE || !held.digest(one.key()).equals(one.digest()) ? held : Held.NONE;
    }
}
