package io.dynamo.spi;

/** The separate key spaces of an engine. Never removed or reordered: engines store them by name. */
public enum Space {
    /** The node's identity, incarnation and clock. */
    META,
    /** One record for each key. */
    RECORDS,
    /** Which writes were minted lately, so that a repeat is not minted again. */
    WRITE_IDS,
    /** Writes held for other nodes. */
    HINTS
}
