package io.dynamo.core.coordinate;

import io.dynamo.core.replica.Keeping;

/**
 * What the coordinator must know of a store.
 *
 * @param name the store's name
 * @param n replicas of each key
 * @param keeping how replicas keep its records
 * @param syncsOne whether one of the N replicas is told to sync each write
 * @param blindPut whether a write without a context is accepted
 * @param siblingsMax how many live versions a write may leave
 * @param siblingsWarn how many are logged
 * @param recordBytesMax how large a record may grow
 * @param skewMillisMax how far ahead of the wall clock a last-write-wins timestamp may be
 */
public record StorePolicy(
        String name,
        int n,
        Keeping keeping,
        boolean syncsOne,
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

    /**
     * Whether what a replica lets go of, because another one has it, must be synced there: its own copy may be the one that
     * was, or the only one that was written at all.
     *
     * @return false where the store promises no more than a buffered copy, or has synced every copy anyway
     */
    public boolean syncsHandovers() {
        return syncsOne || keeping.aheadMax() > 0;
    }
}
