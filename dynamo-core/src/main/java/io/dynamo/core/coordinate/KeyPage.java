package io.dynamo.core.coordinate;

import java.util.List;

/**
 * Keys of a partition that have a value, up to where all replicas that were asked have reached.
 *
 * @param keys in the order of their bytes
 * @param after where the next page begins
 * @param more whether there is a next page
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record KeyPage(List<byte[]> keys, byte[] after, boolean more) {

    private static final byte[] FIRST = new byte[0];

    /**
     * Where the first page of a partition begins.
     *
     * @return before all keys
     */
    public static byte[] first() {
        return FIRST;
    }
}
