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

    /** How a write came to its coordinator, and so what an earlier try may have left. */
    public enum Origin {
        /** The application's, with an id made for it just now: it cannot have been here before. */
        FRESH,
        /** It may have been here before: the id was given, or the write was forwarded. */
        REPEATABLE,
        /** It may have been minted by another node: read R before minting. */
        ELSEWHERE
    }
}
