package io.dynamo.core.coordinate;

import io.dynamo.api.WriteId;
import io.dynamo.core.causality.CausalContext;
import org.jspecify.annotations.Nullable;

/**
 * A write to be coordinated.
 *
 * @param id names it
 * @param seen what the writer has seen
 * @param blind whether the writer said that it has seen nothing
 * @param seenTimestamp the highest timestamp the writer has seen
 * @param value null to delete
 * @param origin how it came here
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record WriteCommand(
        WriteId id, CausalContext seen, boolean blind, long seenTimestamp, byte @Nullable [] value, Origin origin) {

    /**
     * The same write, after this node has looked for it elsewhere.
     *
     * @return with origin {@link Origin#REPEATABLE}
     */
    WriteCommand looked() {
        return new WriteCommand(id, seen, blind, seenTimestamp, value, Origin.REPEATABLE);
    }

    /** How a write came to its coordinator, and so what an earlier try may have left. */
    public enum Origin {
        /** The application's, with an id made for it just now: it cannot have been here before. */
        FRESH,
        /** Forwarded for the first time; the frame may come twice. */
        FORWARDED,
        /** It may have been here before: the write is repeated. */
        REPEATABLE,
        /** It may have been minted by another node: read R before minting. */
        ELSEWHERE
    }
}
