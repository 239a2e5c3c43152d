package io.dynamo.core.causality;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one key: what was seen, and which versions of it are still alive. A dotted version vector set: a
 * dot for each value, so that two concurrent writes through one coordinator both survive (traps T1).
 *
 * <p>Immutable. {@link #merge} is commutative, associative and idempotent, and never looks at a clock.
 */
public final class VersionSet {

    /** The key was never heard of. */
    public static final VersionSet EMPTY = new VersionSet(CausalContext.EMPTY, new Version[0]);

    private final CausalContext context;
    // Sorted by dot; every dot is in the context.
    private final Version[] versions;
    // Encoded at most once, however many replicas it goes to. A race writes the same bytes twice.
    private @Nullable Slice encoded;

    private VersionSet(CausalContext context, Version[] versions) {
        this.context = context;
        this.versions = versions;
    }

    /**
     * Builds a set from its parts.
     *
     * @param context what was seen; each version's dot is added
     * @param versions the live versions, each dot once
     * @return the set
     */
    public static VersionSet of(CausalContext context, List<Version> versions) {
        List<Dot> more = new ArrayList<>(0);
        Version[] sorted = versions.toArray(Version[]::new);
        if (sorted.length > 1) {
            Arrays.sort(sorted, (a, b) -> a.dot().compareTo(b.dot()));
        }
        for (int i = 0; i < sorted.length; i++) {
            if (i > 0 && sorted[i].dot().equals(sorted[i - 1].dot())) {
                throw new IllegalArgumentException("dot " + sorted[i].dot() + " twice in one set");
            }
            if (!context.contains(sorted[i].dot())) {
                more.add(sorted[i].dot());
            }
        }
        CausalContext all = more.isEmpty() ? context : context.join(CausalContext.of(List.of(), more));
        return new VersionSet(all, sorted);
    }

    /** What was read from bytes that {@link VersionSetCodec} has checked; there is only one form. */
    static VersionSet ofEncoded(CausalContext context, Version[] versions, Slice bytes) {
        VersionSet set = new VersionSet(context, versions);
        set.encoded = bytes;
        return set;
    }

    /**
     * What both know together: a version stays if both hold it, or if one holds it and the other has not seen it.
     *
     * @param other another replica's set of the same key
     * @return this or the other one where it already is the result
     */
    public VersionSet merge(VersionSet other) {
        if (other.isEmpty()) {
            return this;
        }
        if (isEmpty()) {
            return other;
        }
        List<Version> kept = new ArrayList<>(versions.length + other.versions.length);
        int i = 0;
        int j = 0;
        while (i < versions.length || j < other.versions.length) {
            int order = i == versions.length
                    ? 1
                    : j == other.versions.length ? -1 : versions[i].dot().compareTo(other.versions[j].dot());
            if (order == 0) {
                kept.add(versions[i++]);
                j++;
            } else if (order < 0) {
                keepUnseen(versions[i++], other.context, kept);
            } else {
                keepUnseen(other.versions[j++], context, kept);
            }
        }
        CausalContext joined = context.join(other.context);
        if (joined.equals(context) && sameDots(kept)) {
            return this;
        }
        if (joined.equals(other.context) && other.sameDots(kept)) {
            return other;
        }
        return new VersionSet(joined, kept.toArray(Version[]::new));
    }

    /**
     * Keeps only the version with the highest timestamp, ties by dot; the others count as seen. As a coordinator mints
     * above all that its write covers, this commutes with {@link #merge}.
     *
     * @return a set of at most one version
     */
    public VersionSet lastWriteOnly() {
        if (versions.length <= 1) {
            return this;
        }
        Version winner = versions[0];
        for (Version version : versions) {
            winner = version.winsOver(winner) ? version : winner;
        }
        return new VersionSet(context, new Version[] {winner});
    }

    /**
     * A write: replaces exactly the versions that the writer had seen.
     *
     * @param seen the writer's context
     * @param version the new version, with a dot that nobody has seen
     * @return the set after the write
     */
    public VersionSet write(CausalContext seen, Version version) {
        if (context.contains(version.dot()) || seen.contains(version.dot())) {
            throw new IllegalStateException("dot " + version.dot() + " is not new: it is in " + context);
        }
        List<Version> kept = new ArrayList<>(versions.length + 1);
        for (Version old : versions) {
            keepUnseen(old, seen, kept);
        }
        kept.add(version);
        return of(context.join(seen), kept);
    }

    /**
     * Forgets that something was seen, by the rules of {@link Truncation}: an actor goes whole or not at all, and one with
     * a live version here stays.
     *
     * @param forgotten what may go
     * @param stays actors that must not go
     * @return this, if nothing goes
     */
    public VersionSet without(CausalContext forgotten, Predicate<Actor> stays) {
        if (forgotten.isEmpty()) {
            return this;
        }
        CausalContext rest = context.without(forgotten, actor -> hasLiveOf(actor) || stays.test(actor));
        return rest == context ? this : new VersionSet(rest, versions);
    }

    /**
     * Whether an actor minted one of the live versions.
     *
     * @param actor an actor
     * @return true if a live dot is its own
     */
    public boolean hasLiveOf(Actor actor) {
        for (Version version : versions) {
            if (version.dot().actor().equals(actor)) {
                return true;
            }
        }
        return false;
    }

    /**
     * How many live versions a write with this context would leave beside the new one.
     *
     * @param seen the writer's context
     * @return 0 if it has seen all
     */
    public int unseenBy(CausalContext seen) {
        int unseen = 0;
        for (Version version : versions) {
            unseen += seen.contains(version.dot()) ? 0 : 1;
        }
        return unseen;
    }

    /**
     * How many bytes of values a write with this context would replace.
     *
     * @param seen the writer's context
     * @return 0 if it has seen none
     */
    public long valueBytesSeenBy(CausalContext seen) {
        long bytes = 0;
        for (Version version : versions) {
            bytes += seen.contains(version.dot()) ? version.valueBytes() : 0;
        }
        return bytes;
    }

    /**
     * What was seen.
     *
     * @return the causal context
     */
    public CausalContext context() {
        return context;
    }

    /**
     * The live versions, tombstones among them.
     *
     * @return sorted by dot
     */
    public List<Version> versions() {
        return Arrays.asList(versions);
    }

    /**
     * The live versions as a reader shall see them: two that were minted for the same write count as one.
     *
     * @return tombstones among them, sorted by dot
     */
    public List<Version> distinctWrites() {
        if (versions.length <= 1) {
            return versions();
        }
        List<Version> distinct = new ArrayList<>(versions.length);
        for (Version version : versions) {
            if (distinct.stream().noneMatch(earlier -> earlier.writeId().equals(version.writeId()))) {
                distinct.add(version);
            }
        }
        return distinct;
    }

    /**
     * The same knowledge without the values, for listing keys.
     *
     * @return every value replaced by nothing; tombstones stay tombstones
     */
    public VersionSet withoutValues() {
        Version[] bare = new Version[versions.length];
        for (int i = 0; i < bare.length; i++) {
            Version full = versions[i];
            bare[i] = full.isTombstone()
                    ? full
                    : new Version(full.dot(), full.timestamp(), full.expiresAtMillis(), full.writeId(), new byte[0]);
        }
        return new VersionSet(context, bare);
    }

    /**
     * What readers see at an instant: what has expired is a tombstone then, with the same name and stamp. For readers only: what is
     * merged, stored and sent is the set itself, so that replicas stay alike whatever their clocks say (traps T11).
     *
     * @param wallMillis the instant
     * @return this, if nothing has expired
     */
    public VersionSet asOf(long wallMillis) {
        boolean isAnyExpired = false;
        for (Version version : versions) {
            isAnyExpired |= !version.isTombstone() && version.isExpiredAt(wallMillis);
        }
        if (!isAnyExpired) {
            return this;
        }
        Version[] seen = versions.clone();
        for (int i = 0; i < seen.length; i++) {
            Version full = seen[i];
            seen[i] = full.isExpiredAt(wallMillis) ? full.asTombstone() : full;
        }
        return new VersionSet(context, seen);
    }

    /**
     * Whether the key was never heard of.
     *
     * @return true for {@link #EMPTY}; a deleted key is not empty
     */
    public boolean isEmpty() {
        return versions.length == 0 && context.isEmpty();
    }

    /**
     * Whether a reader finds a value.
     *
     * @return true if a live version is no tombstone
     */
    public boolean hasValue() {
        for (Version version : versions) {
            if (!version.isTombstone()) {
                return true;
            }
        }
        return false;
    }

    /**
     * The highest timestamp among the live versions.
     *
     * @return 0 if there are none
     */
    public long highestTimestamp() {
        long highest = 0;
        for (Version version : versions) {
            highest = Math.max(highest, version.timestamp());
        }
        return highest;
    }

    /**
     * The bytes of this set, in the format of {@link VersionSetCodec}.
     *
     * @return not to be changed
     */
    public byte[] encoded() {
        return encoding().bytes();
    }

    /**
     * The same bytes, where they lie.
     *
     * @return part of the record or message this set was read from, if it was
     */
    public Slice encoding() {
        Slice bytes = encoded;
        if (bytes == null) {
            bytes = Slice.of(VersionSetCodec.encode(this));
            encoded = bytes;
        }
        return bytes;
    }

    /**
     * Writes the same bytes, which lie there from then on if they were nowhere yet: a new version is encoded where it is stored.
     *
     * @param out over an array, with room for {@link #encodedBytes()}; nobody changes what was put there
     */
    public void putInto(ByteBuffer out) {
        Slice bytes = encoded;
        if (bytes == null) {
            int from = out.arrayOffset() + out.position();
            int length = VersionSetCodec.encode(this, out.array(), from) - from;
            out.position(out.position() + length);
            encoded = new Slice(out.array(), from, length);
        } else {
            bytes.putInto(out);
        }
    }

    /**
     * How long they are, without making them.
     *
     * @return bytes
     */
    public int encodedBytes() {
        Slice bytes = encoded;
        return bytes == null ? VersionSetCodec.size(this) : bytes.length();
    }

    private static void keepUnseen(Version version, CausalContext seen, List<Version> kept) {
        if (!seen.contains(version.dot())) {
            kept.add(version);
        }
    }

    private boolean sameDots(List<Version> others) {
        if (others.size() != versions.length) {
            return false;
        }
        for (int i = 0; i < versions.length; i++) {
            if (!versions[i].dot().equals(others.get(i).dot())) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof VersionSet that
                        && context.equals(that.context)
                        && Arrays.equals(versions, that.versions));
    }

    @Override
    public int hashCode() {
        return context.hashCode() * 31 + Arrays.hashCode(versions);
    }

    @Override
    public String toString() {
        return versions() + " seen " + context;
    }
}
