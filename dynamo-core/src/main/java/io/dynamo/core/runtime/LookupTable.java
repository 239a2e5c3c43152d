package io.dynamo.core.runtime;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A hash table for looking things up, and nothing else: as it cannot be iterated, its order can never leak into what a
 * node does.
 *
 * @param <K> the key type
 * @param <V> the value type
 */
public final class LookupTable<K, V> {

    private final Map<K, V> entries = new HashMap<>();

    /** Creates an empty table. */
    public LookupTable() {}

    /**
     * Looks a key up.
     *
     * @param key the key
     * @return null if there is none
     */
    public @Nullable V get(K key) {
        return entries.get(key);
    }

    /**
     * Stores a value.
     *
     * @param key the key
     * @param value the value
     */
    public void put(K key, V value) {
        entries.put(key, value);
    }

    /**
     * Removes a key.
     *
     * @param key the key
     */
    public void remove(K key) {
        entries.remove(key);
    }

    /** Removes everything. */
    public void clear() {
        entries.clear();
    }

    /**
     * How many keys there are.
     *
     * @return the number
     */
    public int size() {
        return entries.size();
    }
}
