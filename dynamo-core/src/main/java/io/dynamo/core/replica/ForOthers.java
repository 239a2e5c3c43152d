package io.dynamo.core.replica;

import io.dynamo.core.causality.VersionSet;
import io.dynamo.spi.Durability;
import io.dynamo.spi.StorageException;
import java.util.ArrayList;
import java.util.List;

/**
 * What one lane holds for others, to be handed over (Dynamo §4.6), and what it owes other owners of its own. Reads go to the
 * engine, not to memory: what an earlier run took is found like the rest (traps T19). Confined to the lane.
 */
public final class ForOthers {

    /** Where everything begins. */
    public static final byte[] BEGINNING = HintRange.first(0);

    private final Replica replica;
    private final HintStore hints;
    private final LaneOwed owed;

    ForOthers(Replica replica, HintStore hints, LaneOwed owed) {
        this.replica = replica;
        this.hints = hints;
        this.owed = owed;
    }

    /**
     * A record that others are to get.
     *
     * @param key its key
     * @param set what is known of it
     * @param targets for whom
     * @param bytes about what it takes to send it
     * @param sinceMillis when the oldest of what is held was taken; 0 if it is owed: it is this node's own, and the targets have
     *     not acknowledged it
     */
    public record Kept(StoredKey key, VersionSet set, List<String> targets, long bytes, long sinceMillis) {

        /**
         * Whether it is this node's own.
         *
         * @return else it is held for the targets only
         */
        public boolean isOwed() {
            return sinceMillis == 0;
        }

        /**
         * The place behind it.
         *
         * @return where to read on
         */
        public byte[] next() {
            return HintRange.after(key.bytes());
        }
    }

    /**
     * Begins a way through all of it.
     *
     * @return at its beginning
     */
    public Round round() {
        return new Round(replica, this, owed);
    }

    /** Reads on through what is held; empty at the end. */
    List<Kept> read(byte[] place, int entriesMax, long bytesMax) {
        if (place == BEGINNING) {
            hints.counts().roundBegins();
        }
        List<HintStore.Entry> entries = hints.read(place, entriesMax, bytesMax);
        List<Kept> kept = new ArrayList<>(entries.size());
        for (HintStore.Entry entry : entries) {
            hints.counts().met(entry.held());
            Held held = entry.held();
            long bytes = LaneHints.size(entry.key(), held);
            kept.add(new Kept(
                    entry.key(),
                    held.set(),
                    held.hint().targets(),
                    bytes,
                    held.hint().sinceMillis()));
        }
        if (kept.isEmpty()) {
            hints.counts().roundEnds();
        }
        return kept;
    }

    /**
     * Counts what an earlier run held for others, for a while.
     *
     * @return whether there is more to count
     * @throws StorageException if it cannot be read at present
     */
    public boolean countMore() {
        return hints.countMore();
    }

    /**
     * How many keys are held or owed.
     *
     * @return without those of an earlier run that are not counted yet
     */
    public long count() {
        return hints.counts().count() + owed.count();
    }

    /**
     * How many keys are held for a node, or owed to it.
     *
     * @param target its id
     * @return the number
     */
    public long countFor(String target) {
        return hints.counts().waitingFor(target).count() + owed.countFor(target);
    }

    /**
     * When the oldest of what is held was taken.
     *
     * @return milliseconds since 1970; 0 if nothing is held
     */
    public long oldestMillis() {
        return hints.counts().oldestMillis();
    }

    /**
     * Told when something is held, or something owed, and nothing was.
     *
     * @param task runs on the lane
     */
    public void whenFirstTaken(Runnable task) {
        hints.counts().whenFirstTaken(task);
        owed.whenFirstTaken(task);
    }

    /**
     * Notes that owners have not acknowledged what this node has written, being one of them. Counts for nothing, and may be
     * forgotten: it only makes up sooner for what they missed.
     *
     * @param key the key
     * @param owners who they are
     */
    public void owe(StoredKey key, List<String> owners) {
        owed.owe(key, owners);
    }

    /**
     * Nothing of a key is owed to a node any more.
     *
     * @param key the key
     * @param target its id
     */
    public void owesNoMore(StoredKey key, String target) {
        owed.settle(key, target);
    }

    /**
     * An owner has acknowledged what it was sent, so it need not be held for it, nor be owed to it, any longer; unless it has
     * become more since, for then the rest goes again (traps T20).
     *
     * @param sent what it has
     * @param target the owner
     * @return whether it was let go
     */
    public boolean handedOver(Kept sent, String target) {
        return sent.isOwed() ? paid(sent, target) : handedOver(sent.key(), target, sent.set());
    }

    private boolean paid(Kept sent, String target) {
        try {
            return replica.look(sent.key()).set().equals(sent.set()) && owed.settle(sent.key(), target);
        } catch (StorageException e) {
            return false;
        }
    }

    /**
     * The same for a record that was held for it.
     *
     * @param key the key
     * @param target the owner
     * @param sent what it has
     * @return whether it was let go
     */
    public boolean handedOver(StoredKey key, String target, VersionSet sent) {
        try {
            Held held = replica.look(key);
            if (!held.hint().targets().contains(target) || !held.set().equals(sent)) {
                return false;
            }
            keepFor(key, held, held.hint().without(target));
            return true;
        } catch (StorageException e) {
            // It stays, and goes again.
            return false;
        }
    }

    /**
     * The owners are others than when it was taken, or others are to have it instead.
     *
     * @param key the key
     * @param owners for whom it is held from now on
     */
    public void keepFor(StoredKey key, List<String> owners) {
        Held held = replica.look(key);
        if (!held.hint().isNone()) {
            keepFor(key, held, new Hint(owners, held.hint().sinceMillis()));
        }
    }

    /** Losing this to a crash does no harm: it is only handed over again. */
    private void keepFor(StoredKey key, Held held, Hint rest) {
        Held after = rest.isNone() ? Held.NONE : held.keptFor(rest);
        replica.stage(key, held, after, Durability.BUFFERED, false);
    }

    /**
     * This node has become an owner itself: what it held for others becomes its own, in one batch.
     *
     * @param key the key
     * @param lastWriteOnly whether only the highest timestamp is kept
     */
    public void takeOver(StoredKey key, boolean lastWriteOnly) {
        Held hint = hints.present(key);
        if (hint == null || hint.hint().isNone()) {
            return;
        }
        Held own = replica.look(key);
        Commit commit = replica.stage(key, own, own.merge(hint.set(), lastWriteOnly), Durability.SYNC, false);
        hints.stage(key, hint, Held.NONE, commit);
    }
}
