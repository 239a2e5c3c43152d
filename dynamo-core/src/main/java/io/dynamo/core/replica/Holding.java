package io.dynamo.core.replica;

import java.util.List;

/**
 * As what a replica keeps a write: as one of the key's owners, or as a stand-in for some of them (Dynamo §4.6).
 *
 * @param targets for whom; empty for an owner
 */
public record Holding(List<String> targets) {

    /** One of the key's owners. */
    public static final Holding OWNER = new Holding(List.of());

    /** Copies the list. */
    public Holding {
        targets = List.copyOf(targets);
    }

    /**
     * A stand-in.
     *
     * @param targets node ids of the owners it keeps the write for; at least one
     * @return how it keeps it
     */
    public static Holding standIn(List<String> targets) {
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("a stand-in for nobody would never hand over what it keeps");
        }
        return new Holding(targets);
    }

    /**
     * Whether the write is kept for others.
     *
     * @return false for an owner
     */
    public boolean isStandIn() {
        return !targets.isEmpty();
    }
}
