package io.dynamo.core.membership;

import java.nio.ByteBuffer;

/** What tells one data directory from all others: drawn when it is first used. Ordered as its bytes are. */
record DirectoryId(long high, long low) implements Comparable<DirectoryId> {

    static final int BYTES = 16;

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if the bytes are too few or too many
     */
    static DirectoryId of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a directory id of " + bytes.length + " bytes; it has " + BYTES);
        }
        return take(ByteBuffer.wrap(bytes));
    }

    static DirectoryId take(ByteBuffer in) {
        return new DirectoryId(in.getLong(), in.getLong());
    }

    byte[] bytes() {
        return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
    }

    void put(ByteBuffer out) {
        out.putLong(high).putLong(low);
    }

    @Override
    public int compareTo(DirectoryId other) {
        int order = Long.compareUnsigned(high, other.high);
        return order != 0 ? order : Long.compareUnsigned(low, other.low);
    }
}
