package io.dynamo.core.replica;

import io.dynamo.api.Outcome;
import io.dynamo.api.StorageFailedException;
import io.dynamo.api.WriteId;
import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Dot;
import io.dynamo.core.causality.Truncation;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.runtime.Lane;
import io.dynamo.spi.Durability;
import io.dynamo.spi.NodeRuntime;
import io.dynamo.spi.StorageException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Read, merge and write of the keys of one lane.
 *
 * <p>Reads of the engine are synchronous, so a task that reads, merges and stages is atomic for its key. What a drain
 * staged is committed as one batch when the drain ends; until then later tasks see it in the overlay, and no reply that
 * depends on it goes out.
 */
public final class Replica {

    private final NodeRuntime runtime;
    private final Incarnations incarnations;
    private final StoredRecords stored;
    private final LaneClock clock;
    private final Overlay overlay;
    private final RememberedWrites minted;
    private final OwnedKeys owned;
    private final HintStore hints;
    private final ForOthers forOthers;
    private final Trees trees;
    private final Deletes deletes;
    private final Commits commits;
    private @Nullable Commit open;

    Replica(ReplicaParts parts, int laneNumber) {
        this.runtime = parts.runtime;
        this.incarnations = parts.incarnations;
        this.stored = new StoredRecords(parts.engine, parts.owned, parts.laneCache());
        this.clock = new LaneClock(laneNumber, parts.clockFloor, parts.skewMillisMax);
        this.overlay = new Overlay(parts.buffer);
        this.minted = new RememberedWrites(parts.engine);
        this.owned = parts.owned;
        this.hints = new HintStore(parts.engine, parts.hints);
        this.forOthers = new ForOthers(this, hints, new LaneOwed(parts.hints.owed()));
        this.trees = new Trees(parts.engine, this::isStaged, parts.isIndexed);
        this.deletes = new Deletes(this, parts);
        this.commits = new Commits(parts.engine, this::finish);
    }

    /**
     * Ties the replica to the lane it is confined to.
     *
     * @param lane runs completions that come later
     */
    public void confineTo(Lane lane) {
        commits.confineTo(lane);
    }

    /**
     * What this node holds of a key, durable or not yet.
     *
     * @param key the key
     * @return the set; empty if the key was never heard of
     * @throws StorageException if it cannot be read, or is corrupt
     */
    public VersionSet peek(StoredKey key) {
        return load(key).set();
    }

    /**
     * Reads a key once what is held of it is durable.
     *
     * @param key the key
     * @param answer gets the set, or the failure
     */
    public void read(StoredKey key, Answer answer) {
        read(key, this::load, answer);
    }

    /**
     * The same for work in the background: it says nothing of what requests will ask for, so nothing of it is kept in the cache.
     *
     * @param key the key
     * @param answer gets the set, or the failure
     */
    public void inspect(StoredKey key, Answer answer) {
        read(key, this::look, answer);
    }

    private void read(StoredKey key, Function<StoredKey, Held> how, Answer answer) {
        try {
            VersionSet set = how.apply(key).set();
            overlay.whenDurable(key, failure -> answer.answer(failure == null ? set : null, failure));
        } catch (StorageException e) {
            answer.answer(null, e);
        }
    }

    /** Gets the result of a read: exactly one of the two is not null. */
    @FunctionalInterface
    public interface Answer {
        /**
         * The read is done.
         *
         * @param set what is held
         * @param failure why it could not be read
         */
        void answer(@Nullable VersionSet set, @Nullable StorageException failure);
    }

    /**
     * Merges what another replica knows.
     *
     * @param key the key
     * @param incoming the other's set
     * @param store how the store keeps its records
     * @param done called when the result is durable as the store promises, with null or the failure
     */
    public void merge(StoredKey key, VersionSet incoming, Keeping store, Consumer<@Nullable StorageException> done) {
        merge(key, incoming, CausalContext.EMPTY, store, Holding.OWNER, done);
    }

    /**
     * Merges what the coordinator of a write sends, and forgets what it forgot with that write.
     *
     * @param key the key
     * @param incoming the coordinator's set
     * @param forgotten what goes after merging
     * @param store how the store keeps its records
     * @param holding as what this node keeps it
     * @param done called when the result is durable as the store promises, with null or the failure
     * @throws HintsFullException if it would be kept for others and there is no room; nothing was applied
     */
    public void merge(
            StoredKey key,
            VersionSet incoming,
            CausalContext forgotten,
            Keeping store,
            Holding holding,
            Consumer<@Nullable StorageException> done) {
        require(key, holding);
        try {
            clock.observe(incoming.highestTimestamp(), runtime.wallMillis());
            Held held = look(key);
            VersionSet news = deletes.unforgotten(key, incoming);
            // Off is off, whatever arrives.
            CausalContext goes = store.entriesMax() == Truncation.OFF ? CausalContext.EMPTY : forgotten;
            Held merged = held.merge(news, store.lastWriteOnly())
                    .without(goes, incarnations.current())
                    .keptFor(held.hint().with(holding.targets(), runtime.wallMillis()));
            if (merged == held && !store.isRaised() || deletes.isGhost(key, held, incoming)) {
                overlay.whenDurable(key, done);
            } else {
                keep(key, held);
                stage(key, held, merged, store, done);
            }
        } catch (StorageException e) {
            done.accept(e);
        }
    }

    /**
     * A write to be minted.
     *
     * @param id its name
     * @param seen what the writer has seen
     * @param seenTimestamp the highest timestamp the writer has seen
     * @param value null to delete
     * @param expiresAfterMillis how long the value lives from now on; 0 for ever
     * @param remember whether the id may come again
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Mint(
            WriteId id,
            CausalContext seen,
            long seenTimestamp,
            byte @Nullable [] value,
            long expiresAfterMillis,
            boolean remember) {}

    /**
     * A write that was minted here.
     *
     * @param dot the version's name
     * @param set the record after it, to be sent to the other replicas
     * @param forgotten what of it was not kept here, and shall not be kept there
     */
    public record Minted(Dot dot, VersionSet set, CausalContext forgotten) {}

    /**
     * The timestamp that a last-write-wins write would get.
     *
     * @param held what is held of its key
     * @param seenTimestamp the highest timestamp the writer has seen
     * @return above everything seen or held
     */
    public long timestampFor(VersionSet held, long seenTimestamp) {
        return clock.peek(runtime.wallMillis(), Math.max(seenTimestamp, held.highestTimestamp()));
    }

    /** Where siblings are kept, timestamps only label: one from a clock far ahead is not followed. */
    private long labelFor(Held held, long seenTimestamp) {
        long now = runtime.wallMillis();
        long seen = Math.max(seenTimestamp, held.set().highestTimestamp());
        return clock.peek(now, clock.isPlausible(seen, now) ? seen : 0);
    }

    /**
     * Mints a write and stages it.
     *
     * @param key the key
     * @param write the write
     * @param store how the store keeps its records
     * @param holding as what this node keeps it: a stand-in's record is its hint
     * @param done called when it is durable here, with null or the failure
     * @return the minted version
     * @throws StorageException if the record cannot be read
     * @throws StorageFailedException if the storage takes no writes at present; nothing was applied
     * @throws HintsFullException if it would be kept for others and there is no room; nothing was applied
     */
    public Minted mint(
            StoredKey key, Mint write, Keeping store, Holding holding, Consumer<@Nullable StorageException> done) {
        require(key, holding);
        Incarnation incarnation = incarnations.current();
        if (incarnation == null) {
            throw new StorageFailedException(
                    "the storage takes no writes: " + incarnations.problem(), Outcome.NOT_APPLIED, null);
        }
        Held held = load(key);
        long timestamp = store.lastWriteOnly()
                ? timestampFor(held.set(), write.seenTimestamp())
                : labelFor(held, write.seenTimestamp());
        Actor own = held.own();
        if (own == null || !incarnation.drew(own) || held.knowsMoreOf(own, write.seen())) {
            do {
                own = incarnation.draw();
                // A forged context may name actors that are yet to be drawn.
            } while (write.seen().highest(own) > 0 || held.set().context().highest(own) > 0);
        }
        Dot dot = new Dot(own, held.set().context().highest(own) + 1);
        Version version = new Version(dot, timestamp, expiryOf(write), write.id(), write.value());
        VersionSet written = held.set().write(deletes.unforgotten(key, write.seen()), version);
        VersionSet whole = store.lastWriteOnly() ? written.lastWriteOnly() : written;
        CausalContext forgotten = Truncation.afterWrite(
                held.set(),
                write.seen(),
                whole,
                store.entriesMax(),
                actor -> !incarnation.drew(actor) && incarnations.runs().isOver(actor));
        Hint hint = held.hint().with(holding.targets(), runtime.wallMillis());
        Held kept = new Held(whole, own, hint).without(forgotten, incarnation);
        Commit commit = stage(key, held, kept, store, done);
        clock.take(timestamp, commit.writes);
        if (write.remember()) {
            minted.add(commit, key, write.id(), dot);
        }
        return new Minted(dot, whole, forgotten);
    }

    /** An instant, fixed here once and for all: whoever gets the version later counts nothing anew (traps T11). */
    private long expiryOf(Mint write) {
        boolean isForEver = write.value() == null || write.expiresAfterMillis() == 0;
        return isForEver ? 0 : Math.max(1, runtime.wallMillis() + write.expiresAfterMillis());
    }

    /**
     * A write that was minted here, or came here from whoever minted it.
     *
     * @param dot the version's name
     * @param isHeld whether the record still knows of it; else the hint it was in has been handed over, or the batch it was
     *     in has failed
     */
    public record Remembered(Dot dot, boolean isHeld) {}

    /**
     * What an earlier try of a write has minted.
     *
     * @param key the key
     * @param id the write
     * @return null if nothing is known of it
     * @throws IllegalArgumentException if the id was used for another key
     */
    public @Nullable Remembered remembered(StoredKey key, WriteId id) {
        Dot known = minted.find(key, id);
        VersionSet held = load(key).set();
        if (known != null) {
            return new Remembered(known, held.context().contains(known));
        }
        // Never remembered here, but perhaps received from another node: a live version still says so.
        for (Version version : held.versions()) {
            if (version.writeId().equals(id)) {
                return new Remembered(version.dot(), true);
            }
        }
        return null;
    }

    /**
     * Remembers a write after all, because its caller was told UNKNOWN and may repeat it.
     *
     * @param key the key
     * @param id the write
     * @param dot what it minted
     */
    public void remember(StoredKey key, WriteId id, Dot dot) {
        minted.add(commit(), key, id, dot);
    }

    /**
     * Forgets the write ids of this lane that are too old.
     *
     * @param before milliseconds since 1970
     */
    public void forgetWriteIds(long before) {
        if (!minted.isEmpty()) {
            minted.forget(commit(), before);
        }
    }

    /**
     * An earlier run may have left write ids in a partition, and hints if it left any.
     *
     * @param partition the partition
     * @param hints whether it left any
     */
    public void mayRememberIn(int partition, boolean hints) {
        minted.mayBeIn(partition);
        if (hints) {
            this.hints.mayHoldIn(partition);
        }
    }

    /**
     * What this lane holds for others.
     *
     * @return the same at every call
     */
    public ForOthers forOthers() {
        return forOthers;
    }

    /**
     * The hash trees of this lane's partitions.
     *
     * @return the same at every call
     */
    public Trees trees() {
        return trees;
    }

    /**
     * What of this lane was deleted.
     *
     * @return the same at every call
     */
    public Deletes deletes() {
        return deletes;
    }

    /** Hands what was staged to the engine; runs at the end of each drain of the lane. */
    public void commitStaged() {
        for (Commit commit = open; commit != null; commit = open) {
            open = null;
            // Without writes, it was opened for a hint that there was no room for.
            if (!commit.writes.isEmpty()) {
                commits.write(commit);
            }
        }
    }

    private void finish(Commit commit) {
        StorageException failure = commit.failure();
        if (failure != null) {
            incarnations.end(failure);
            clock.forgetCeiling();
            // It may hold a record older than a batch that succeeded while this one was staged on top of it.
            stored.forget();
        }
        overlay.finished(commit, failure, stored::show);
        minted.finished(commit);
        hints.finished(commit, failure != null);
        trees.finished(commit, failure != null);
        commit.waiting.forEach(waiting -> waiting.accept(failure));
    }

    private Held load(StoredKey key) {
        Held uncommitted = overlay.get(key);
        return uncommitted != null ? uncommitted : stored.load(key);
    }

    /** What is written again will be asked for again; what arrives for the first time, or once more, need not. */
    private void keep(StoredKey key, Held held) {
        if (overlay.get(key) == null) {
            stored.keep(key, held);
        }
    }

    /** The same for work in the background. */
    Held look(StoredKey key) {
        Held uncommitted = overlay.get(key);
        return uncommitted != null ? uncommitted : stored.look(key);
    }

    /** Without what is on its way to the engine. */
    Held stored(StoredKey key) {
        return stored.look(key);
    }

    /** What a node keeps for others it keeps apart from its own, and says so. */
    private void require(StoredKey key, Holding holding) {
        if (holding.isStandIn() == owned.owns(key)) {
            throw new IllegalStateException(key + " is " + (holding.isStandIn() ? "" : "not ") + "this node's own");
        }
    }

    private Commit stage(
            StoredKey key, Held before, Held after, Keeping store, Consumer<@Nullable StorageException> done) {
        // What is kept for others is written before it counts.
        boolean isAhead = owned.owns(key) && overlay.takesAhead(store);
        Commit commit = stage(key, before, after, store.durability(), isAhead);
        if (isAhead) {
            done.accept(null);
        } else {
            commit.waiting.add(done);
        }
        return commit;
    }

    Commit stage(StoredKey key, Held before, Held after, Durability durability, boolean isAhead) {
        Commit commit = commit();
        if (owned.owns(key)) {
            deletes.stage(key, before, after, commit);
            trees.stage(key, before, after, commit);
        } else {
            hints.stage(key, before, after, commit);
            deletes.stagedForOthers(key, after);
        }
        commit.keys.add(key);
        commit.raiseTo(durability);
        overlay.put(key, after, commit, isAhead);
        return commit;
    }

    @Nullable
    Incarnation present() {
        return incarnations.current();
    }

    boolean owns(StoredKey key) {
        return owned.owns(key);
    }

    boolean isStaged(StoredKey key) {
        return overlay.get(key) != null;
    }

    Commit commit() {
        Commit commit = open;
        if (commit == null) {
            commit = new Commit();
            open = commit;
        }
        return commit;
    }
}
