package io.dynamo.core.wire;

import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.tree.Digest;
import java.util.List;

/**
 * A step on the way to removing deleted records (traps T12), or entries of runs that are over.
 *
 * @param request its id
 * @param step which
 * @param partition where the records are
 * @param epoch the number of the vote
 * @param store whose they are
 * @param items the records
 * @param timeoutMicros how long the asker waits, from the sending on
 */
public record SettleRequest(
        long request, Step step, int partition, long epoch, String store, List<Item> items, long timeoutMicros)
        implements Message.Request {

    /** Most records in one. */
    public static final int ITEMS_MAX = 256;

    /** The steps; the place in this list is the number on the wire: append, never reorder. */
    public enum Step {
        /** To the owners: do you hold just this, on your disk, and for long enough? */
        VOTE,
        /** To all members: is there nothing under way with you that may bring an older version, nor kept for others? */
        CLEAR,
        /** To all members: was nothing kept for others since? */
        CONFIRM,
        /** To the owners: remove it, if it still is what you voted for. */
        ORDER
    }

    /**
     * A record.
     *
     * @param key its key
     * @param digest of what the asker holds; {@link Digest#NONE} if only entries are to go
     * @param entries which, of runs that are over; empty if the record is to go
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Item(byte[] key, Digest digest, CausalContext entries) {

        /**
         * A record that is to go.
         *
         * @param key see the record
         * @param digest see the record
         */
        public Item(byte[] key, Digest digest) {
            this(key, digest, CausalContext.EMPTY);
        }
    }

    /**
     * Checks the number of records.
     *
     * @param request see the record
     * @param step see the record
     * @param partition see the record
     * @param epoch see the record
     * @param store see the record
     * @param items see the record
     * @param timeoutMicros see the record
     */
    public SettleRequest {
        items = List.copyOf(items);
        if (items.isEmpty() || items.size() > ITEMS_MAX) {
            throw new IllegalArgumentException(items.size() + " records to settle; allowed: 1 to " + ITEMS_MAX);
        }
    }
}
