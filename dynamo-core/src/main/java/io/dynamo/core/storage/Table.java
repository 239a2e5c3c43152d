package io.dynamo.core.storage;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the memory engine keeps one space in. Thread: safe for use by many. */
interface Table {

    byte @Nullable [] get(byte[] key);

    byte @Nullable [] put(byte[] key, byte[] value);

    byte @Nullable [] remove(byte[] key);

    /** The entries from a key on, below another (null: no end); perhaps not yet in order. */
    List<Map.Entry<byte[], byte[]>> range(byte[] from, byte @Nullable [] to);

    void clear();
}
