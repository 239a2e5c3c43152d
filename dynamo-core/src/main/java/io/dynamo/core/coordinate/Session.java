package io.dynamo.core.coordinate;

import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.VersionSet;

/**
 * What a read must not be older than (Dynamo §6.4: read your writes). The union of the answers is compared with it, so that
 * no replica has to know of sessions.
 *
 * @param seen what the caller has seen of the key
 * @param isExpired whether nobody waits for it any more: what it has seen may have been purged
 */
public record Session(CausalContext seen, boolean isExpired) {

    /** The read may be of any age. */
    public static final Session NONE = new Session(CausalContext.EMPTY, false);

    boolean isKeptBy(VersionSet found) {
        return seen.isEmpty() || found.context().covers(seen);
    }

    boolean isNone() {
        return seen.isEmpty();
    }
}
