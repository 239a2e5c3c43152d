package io.dynamo.core.replica;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Ranges of the space of hints, which has the keys of the space of records. */
final class HintRange {

    private static final int LAST_PARTITION = 0xffff;

    private HintRange() {}

    static byte[] first(int partition) {
        return new byte[] {(byte) (partition >>> Byte.SIZE), (byte) partition};
    }

    /** The first key of the next partition; null if there is none. */
    static byte @Nullable [] end(int partition) {
        return partition == LAST_PARTITION ? null : first(partition + 1);
    }

    /** The first key that comes after this one. */
    static byte[] after(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    /** Where a key lies, or the first key after one. */
    static int partition(byte[] key) {
        return (key[0] & 0xff) << Byte.SIZE | key[1] & 0xff;
    }
}
