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
    HINTS,
    /** Digests of the records, in an order of their own. */
    TREES;

    /**
     * Whether all of it can be made anew from the other spaces. An engine that finds a database from before such a space
     * existed makes it, empty; a missing space of another kind is lost data.
     *
     * @return true for {@link #TREES}
     */
    public boolean isDerived() {
        return this == TREES;
    }
}
