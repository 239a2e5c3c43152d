package io.dynamo.core.coordinate;

import io.dynamo.core.replica.Replica;

/**
 * What the coordinator must know of a store.
 *
 * @param name the store's name
 * @param n replicas of each key
 * @param keeping how replicas keep its records
 * @param blindPut whether a write without a context is accepted
 * @param siblingsMax how many live versions a write may leave
 * @param siblingsWarn how many are logged
 * @param recordBytesMax how large a record may grow
 * @param skewMillisMax how far ahead of the wall clock a last-write-wins timestamp may be
 */
public record StorePolicy(
        String name,
        int n,
        Replica.Keeping keeping,
        boolean blindPut,
        int siblingsMax,
        int siblingsWarn,
        int recordBytesMax,
        long skewMillisMax) {

    /**
     * Whether only the highest timestamp is kept.
     *
     * @return true in mode {@code lww}
     */
    public boolean lastWriteOnly() {
        return keeping.lastWriteOnly();
    }
}
