package io.dynamo.core.replica;

import io.dynamo.core.causality.Truncation;
import io.dynamo.spi.Durability;

/**
 * How a store keeps its records.
 *
 * @param durability what an acknowledgement means
 * @param lastWriteOnly whether only the highest timestamp is kept
 * @param entriesMax how many entries a record's context may have before a write forgets the oldest;
 *     {@link Truncation#OFF} to keep all
 * @param isRaised whether this once more is asked for than the store promises, so that what is held already may not be
 *     as durable
 * @param aheadMax how many objects of this node may be acknowledged before the engine has them; 0 for none
 */
public record Keeping(Durability durability, boolean lastWriteOnly, int entriesMax, boolean isRaised, int aheadMax) {

    /**
     * What a store promises that forgets nothing.
     *
     * @param durability what an acknowledgement means
     * @param lastWriteOnly whether only the highest timestamp is kept
     */
    public Keeping(Durability durability, boolean lastWriteOnly) {
        this(durability, lastWriteOnly, Truncation.OFF, false, 0);
    }

    /**
     * The same, synced this once.
     *
     * @return this, if the store syncs anyway
     */
    public Keeping synced() {
        return durability == Durability.SYNC ? this : new Keeping(Durability.SYNC, lastWriteOnly, entriesMax, true, 0);
    }

    /**
     * The same, acknowledged only when the engine has it.
     *
     * @return this, if that is so anyway
     */
    public Keeping written() {
        return aheadMax == 0 ? this : new Keeping(durability, lastWriteOnly, entriesMax, isRaised, 0);
    }
}
