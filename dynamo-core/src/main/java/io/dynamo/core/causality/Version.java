package io.dynamo.core.causality;

import io.dynamo.api.WriteId;
import org.jspecify.annotations.Nullable;

/**
 * One immutable version of a key (Dynamo §4.4).
 *
 * @param dot its name
 * @param timestamp hybrid-clock stamp; decides only last-write-wins
 * @param expiresAtMillis wall-clock instant from which on readers count it as deleted; 0 for never
 * @param writeId the write that made it
 * @param content the value's bytes; null for a tombstone
 */
public record Version(
        Dot dot,
        long timestamp,
        long expiresAtMillis,
        WriteId writeId,
        @Nullable Slice content) {

    /**
     * A version with a value of its own.
     *
     * @param dot see the record
     * @param timestamp see the record
     * @param expiresAtMillis see the record
     * @param writeId see the record
     * @param value the value's bytes, not to be changed; null for a tombstone
     */
    public Version(Dot dot, long timestamp, long expiresAtMillis, WriteId writeId, byte @Nullable [] value) {
        this(dot, timestamp, expiresAtMillis, writeId, value == null ? null : Slice.of(value));
    }

    /**
     * The value's bytes.
     *
     * @return not to be changed, and perhaps a copy; null for a tombstone
     */
    public byte @Nullable [] value() {
        return content == null ? null : content.bytes();
    }

    /**
     * How many bytes the value has.
     *
     * @return 0 for a tombstone
     */
    public int valueBytes() {
        return content == null ? 0 : content.length();
    }

    /**
     * The same version without its value: what readers find of one that has expired.
     *
     * @return a tombstone of the same name and stamp
     */
    public Version asTombstone() {
        return new Version(dot, timestamp, expiresAtMillis, writeId, (Slice) null);
    }

    /**
     * Whether this version says that the key was deleted.
     *
     * @return true without a value
     */
    public boolean isTombstone() {
        return content == null;
    }

    /**
     * Whether this version's time is over, so that readers find it no more than a tombstone.
     *
     * @param wallMillis now
     * @return false if it does not expire
     */
    public boolean isExpiredAt(long wallMillis) {
        return expiresAtMillis != 0 && expiresAtMillis <= wallMillis;
    }

    /**
     * The order of last-write-wins: timestamp, then actor, then counter.
     *
     * @param other another version
     * @return true if this one wins
     */
    public boolean winsOver(Version other) {
        int byTime = Long.compare(timestamp, other.timestamp);
        return byTime != 0 ? byTime > 0 : dot.compareTo(other.dot) > 0;
    }

    @Override
    public int hashCode() {
        return dot.hashCode();
    }

    @Override
    public String toString() {
        return dot + (isTombstone() ? "=deleted" : "=" + valueBytes() + "B");
    }
}
