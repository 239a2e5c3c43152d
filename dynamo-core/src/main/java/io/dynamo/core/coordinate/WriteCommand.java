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
     * @return with origin {@link Origin#LOOKED}
     */
    WriteCommand looked() {
        return from(Origin.LOOKED);
    }

    /** The same write, come another way. */
    WriteCommand from(Origin other) {
        return new WriteCommand(id, seen, blind, seenTimestamp, value, other);
    }

    /**
     * Whether an earlier try may have been applied, so that no failure of this one says that nothing was.
     *
     * @return true for a repeat
     */
    boolean isRepeat() {
        return origin == Origin.REPEATABLE || origin == Origin.ELSEWHERE || origin == Origin.LOOKED;
    }

    /** How a write came to its coordinator, and so what an earlier try may have left. */
    public enum Origin {
        /** The application's, with an id made for it just now: it cannot have been here before. */
        FRESH,
        /** Sent for the first time; it may come again, as its frame may be doubled or its sender may repeat it. */
        FIRST,
        /** It may have been here before: the write is repeated. */
        REPEATABLE,
        /** It may have been minted by another node: read R before minting. */
        ELSEWHERE,
        /** The same, and others were asked: what they knew of it is known here. */
        LOOKED
    }
}
