package io.dynamo.core.causality;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A part of an array that nobody changes. Values and encoded sets stay in the record or message that they came in: copies of
 * them were most of what a request left to the collector.
 *
 * @param array not to be changed
 * @param from the first byte
 * @param length bytes
 */
// The array is shared on purpose: values are copied at the edges of the library, never inside.
@SuppressWarnings("ArrayRecordComponent")
public record Slice(byte[] array, int from, int length) {

    /**
     * All of an array.
     *
     * @param array not to be changed
     * @return the slice
     */
    public static Slice of(byte[] array) {
        return new Slice(array, 0, array.length);
    }

    /**
     * These bytes alone.
     *
     * @return not to be changed; a copy, unless they are all of the array
     */
    public byte[] bytes() {
        return length == array.length ? array : Arrays.copyOfRange(array, from, from + length);
    }

    /**
     * Appends these bytes.
     *
     * @param out has room for them
     */
    public void putInto(ByteBuffer out) {
        out.put(array, from, length);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof Slice that
                        && Arrays.equals(array, from, from + length, that.array, that.from, that.from + that.length));
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + array[i];
        }
        return hash;
    }

    @Override
    public String toString() {
        return length + "B";
    }
}
