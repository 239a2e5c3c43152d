package io.dynamo.core.wire;

/**
 * A piece of a message that is too long for a frame. All pieces of a message but the last are equally long, so that pieces
 * cannot overlap.
 *
 * @param transfer names the message among those of its sender: a checksum of it, so that what is sent again has the same
 *     name and completes what has arrived
 * @param index which piece, from 0 on
 * @param count how many there are
 * @param total bytes of the whole
 * @param timeoutMicros how long the asker waits, if it is a request: kept out of the whole, which is the same each time
 * @param piece the bytes
 */
@SuppressWarnings("ArrayRecordComponent") // handed over for good, never compared
public record Chunk(long transfer, int index, int count, int total, long timeoutMicros, byte[] piece)
        implements Message {

    /**
     * Checks that the piece fits into the whole.
     *
     * @param transfer see the record
     * @param index see the record
     * @param count see the record
     * @param total see the record
     * @param timeoutMicros see the record
     * @param piece see the record
     */
    public Chunk {
        boolean isPlaced = count >= 1 && index >= 0 && index < count && total >= count;
        if (!isPlaced || offsetOf(count - 1, count, total) >= total) {
            throw new IllegalArgumentException("chunk " + index + " of " + count + " of " + total + " bytes");
        }
        long due = lengthOf(index, count, total);
        if (piece.length != due) {
            throw new IllegalArgumentException("chunk " + index + " of " + count + " of " + total + " bytes has "
                    + piece.length + " bytes; " + due + " are due");
        }
    }

    /** Where a piece begins. */
    static long offsetOf(int index, int count, int total) {
        return (long) index * ((total - 1) / count + 1);
    }

    private static long lengthOf(int index, int count, int total) {
        return (index == count - 1 ? total : offsetOf(index + 1, count, total)) - offsetOf(index, count, total);
    }
}
