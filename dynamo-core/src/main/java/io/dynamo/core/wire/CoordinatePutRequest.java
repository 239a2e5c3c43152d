package io.dynamo.core.wire;

import io.dynamo.api.WriteId;
import io.dynamo.core.causality.CausalContext;
import org.jspecify.annotations.Nullable;

/**
 * Asks a node of the preference list to mint and replicate a write (Dynamo §4.5, forwarding).
 *
 * @param request names the request
 * @param store its store
 * @param key the application's key
 * @param write the write
 * @param quorum when it counts as done
 * @param before where it may have been minted already
 * @param timeoutMicros how long the asker waits
 */
@SuppressWarnings("ArrayRecordComponent") // handed over for good, never compared
public record CoordinatePutRequest(
        long request, String store, byte[] key, Write write, Quorum quorum, Before before, long timeoutMicros)
        implements Message.Request {

    // 3650 days, as an application may ask for.
    private static final long LIFETIME_MILLIS_MAX = 3_650L * 24 * 60 * 60 * 1_000;

    /**
     * What to write.
     *
     * @param id names the write
     * @param seen what the writer has seen
     * @param blind whether the writer said that it has seen nothing
     * @param seenTimestamp the highest timestamp the writer has seen
     * @param value null to delete
     * @param expiresAfterMillis how long the value lives, from when it is minted; 0 for ever
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over for good, never compared
    public record Write(
            WriteId id,
            CausalContext seen,
            boolean blind,
            long seenTimestamp,
            byte @Nullable [] value,
            long expiresAfterMillis) {

        /**
         * Checks the range.
         *
         * @param id see the record
         * @param seen see the record
         * @param blind see the record
         * @param seenTimestamp see the record
         * @param value see the record
         * @param expiresAfterMillis see the record
         */
        public Write {
            if (expiresAfterMillis < 0 || expiresAfterMillis > LIFETIME_MILLIS_MAX) {
                throw new IllegalArgumentException("expiresAfterMillis = " + expiresAfterMillis);
            }
        }
    }

    /** Where an earlier send of a write may have been minted. */
    public enum Before {
        /** It was never sent before; its frame may come twice. */
        NOWHERE,
        /** At most by the receiver. */
        HERE,
        /** By another node: read R before minting. */
        ELSEWHERE
    }

    /**
     * When a write counts as done.
     *
     * @param w acknowledgements
     * @param pw of them by primaries
     * @param durable of them synced
     */
    public record Quorum(int w, int pw, int durable) {

        /**
         * Checks the range.
         *
         * @param w see the record
         * @param pw see the record
         * @param durable see the record
         */
        public Quorum {
            if (w < 1 || pw < 0 || durable < 0) {
                throw new IllegalArgumentException("w = " + w + ", pw = " + pw + ", durable = " + durable);
            }
        }
    }
}
