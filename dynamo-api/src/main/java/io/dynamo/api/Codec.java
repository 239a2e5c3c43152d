package io.dynamo.api;

/**
 * Turns values into bytes and back. The library stores the bytes and never looks inside.
 *
 * <p>Thread: called from many threads at once, never from an I/O thread. Must be deterministic.
 *
 * @param <V> the value type
 */
public interface Codec<V> {

    /**
     * Encodes a value.
     *
     * @param value the value
     * @return its bytes; the library keeps the array, so hand over a fresh one
     */
    byte[] encode(V value);

    /**
     * Decodes a value.
     *
     * @param bytes what {@link #encode} made; not to be changed
     * @return the value
     */
    V decode(byte[] bytes);

    /**
     * Text as UTF-8.
     *
     * @return the codec, always the same object
     */
    static Codec<String> utf8() {
        return PlainCodecs.UTF8;
    }

    /**
     * Bytes as they are, copied on the way in and out.
     *
     * @return the codec, always the same object
     */
    static Codec<byte[]> bytes() {
        return PlainCodecs.BYTES;
    }
}
