package io.dynamo.core.coordinate;

import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.replica.EarlierRuns;

/**
 * What a read must not be older than (Dynamo §6.4: read your writes). The union of the answers is compared with it, so that
 * no replica has to know of sessions.
 *
 * @param seen what the caller has seen of the key
 * @param isExpired whether nobody waits for it any more: what it has seen may have been purged
 * @param lifeBeganMillis what runs have minted that had ended by then may have been forgotten, and is not waited for either
 */
public record Session(CausalContext seen, boolean isExpired, long lifeBeganMillis) {

    /** The read may be of any age. */
    public static final Session NONE = new Session(CausalContext.EMPTY, false, 0);

    boolean isKeptBy(VersionSet found) {
        return seen.isEmpty() || found.context().covers(seen);
    }

    /** Whether there is nothing, or nothing more, to wait for. */
    boolean isSatisfiedBy(VersionSet found) {
        return isExpired
                || isKeptBy(found)
                || found.context().join(forgotten(found)).covers(seen);
    }

    /** Entries go whole, and only where a later run of the same directory has left one that stays. */
    private CausalContext forgotten(VersionSet found) {
        return EarlierRuns.endedBefore(found.context().join(seen), lifeBeganMillis)
                .only(actor -> found.context().highest(actor) == 0);
    }

    boolean isNone() {
        return seen.isEmpty();
    }
}
