package io.dynamo.spi;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes that become visible and durable together, applied in order. Built by one thread, then handed to the engine and
 * not touched again.
 */
public final class WriteBatch {

    /**
     * One change: a put (key and value), a delete (key, no value) or a range delete (key and end).
     *
     * @param space where
     * @param key the key, or the first key of a range
     * @param value the new value; null for deletes
     * @param end the first key after the range; null for single keys
     */
    // Arrays, not copies: this is the hot path, and the owner hands them over for good.
    @SuppressWarnings("ArrayRecordComponent")
    public record Change(Space space, byte[] key, byte @Nullable [] value, byte @Nullable [] end) {}

    private final List<Change> changes = new ArrayList<>(4);

    /** Creates an empty batch. */
    public WriteBatch() {}

    /**
     * Stores a value; the arrays are kept, not copied.
     *
     * @param space where
     * @param key the key
     * @param value the value
     * @return this
     */
    public WriteBatch put(Space space, byte[] key, byte[] value) {
        changes.add(new Change(space, key, value, null));
        return this;
    }

    /**
     * Removes a key.
     *
     * @param space where
     * @param key the key
     * @return this
     */
    public WriteBatch delete(Space space, byte[] key) {
        changes.add(new Change(space, key, null, null));
        return this;
    }

    /**
     * Removes all keys of a range.
     *
     * @param space where
     * @param from the first key of the range
     * @param to the first key after it
     * @return this
     */
    public WriteBatch deleteRange(Space space, byte[] from, byte[] to) {
        changes.add(new Change(space, from, null, to));
        return this;
    }

    /**
     * The changes in order.
     *
     * @return not to be changed
     */
    public List<Change> changes() {
        return changes;
    }

    /**
     * Whether nothing was added.
     *
     * @return true for an empty batch
     */
    public boolean isEmpty() {
        return changes.isEmpty();
    }
}
