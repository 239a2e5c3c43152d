package io.dynamo.core.causality;

import io.dynamo.api.WriteId;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One immutable version of a key (Dynamo §4.4).
 *
 * @param dot its name
 * @param timestamp hybrid-clock stamp; decides only last-write-wins
 * @param expiresAtMillis wall-clock instant from which on readers count it as deleted; 0 for never
 * @param writeId the write that made it
 * @param value the value's bytes, not to be changed; null for a tombstone
 */
// The array is shared on purpose: values are copied at the edges of the library, never inside.
@SuppressWarnings("ArrayRecordComponent")
public record Version(Dot dot, long timestamp, long expiresAtMillis, WriteId writeId, byte @Nullable [] value) {

    /**
     * Whether this version says that the key was deleted.
     *
     * @return true without a value
     */
    public boolean isTombstone() {
        return value == null;
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
    public boolean equals(Object other) {
        return other instanceof Version that
                && dot.equals(that.dot)
                && timestamp == that.timestamp
                && expiresAtMillis == that.expiresAtMillis
                && writeId.equals(that.writeId)
                && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return dot.hashCode();
    }

    @Override
    public String toString() {
        return dot + (isTombstone() ? "=deleted" : "=" + (value == null ? 0 : value.length) + "B");
    }
}
