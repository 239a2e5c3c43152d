package io.dynamo.api;

import java.nio.charset.StandardCharsets;

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
     * @return the codec
     */
    static Codec<String> utf8() {
        return new Codec<>() {
            @Override
            public byte[] encode(String value) {
                return value.getBytes(StandardCharsets.UTF_8);
            }

            @Override
            public String decode(byte[] bytes) {
                return new String(bytes, StandardCharsets.UTF_8);
            }
        };
    }

    /**
     * Bytes as they are, copied on the way in and out.
     *
     * @return the codec
     */
    static Codec<byte[]> bytes() {
        return new Codec<>() {
            @Override
            public byte[] encode(byte[] value) {
                return value.clone();
            }

            @Override
            public byte[] decode(byte[] bytes) {
                return bytes.clone();
            }
        };
    }
}
