package io.dynamo.core.causality;

import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Clock truncation (Dynamo §4.4, traps T8): a record with too many entries forgets the oldest of those that may go.
 *
 * <p>An overwritten version whose entry is forgotten looks new when a replica that missed the overwriting shows it again. So
 * this is done only where a store asks for it, only where a write is minted, and never in {@link VersionSet#merge}.
 */
public final class Truncation {

    /** As many entries as there are: nothing is ever forgotten. */
    public static final int OFF = Integer.MAX_VALUE;

    private Truncation() {}

    /**
     * What a record forgets with a write.
     *
     * <p>Two kinds of entries are spared for one more write, because replicas that miss this one may still show what it is
     * about: those of versions that it has just replaced, and those that were news to the record, which a reader must have
     * found elsewhere. The second kind goes all the same where the record would be twice as long as it may: a writer that
     * never reads brings the same news every time.
     *
     * @param before the record before the write
     * @param seen what its writer had seen
     * @param after the record after it
     * @param entriesMax how many entries it may keep
     * @param over whether an actor is known never to mint again
     * @return to be taken away with {@link VersionSet#without}; empty if there are few enough, or none may go
     */
    public static CausalContext afterWrite(
            VersionSet before, CausalContext seen, VersionSet after, int entriesMax, Predicate<Actor> over) {
        if (after.context().entries() <= entriesMax) {
            return CausalContext.EMPTY;
        }
        Predicate<Actor> replaced = before::hasLiveOf;
        Predicate<Actor> settled = over.and(replaced.negate());
        CausalContext gentle =
                excess(after, entriesMax, settled.and(actor -> before.context().covers(seen.only(actor::equals))));
        boolean isShortEnough = after.context().entries() - gentle.entries() <= 2L * entriesMax;
        return isShortEnough ? gentle : excess(after, entriesMax, settled);
    }

    /** Actors go whole, the oldest first: their order is that of the starts of their runs. One with a live version stays. */
    static CausalContext excess(VersionSet set, int entriesMax, Predicate<Actor> mayGo) {
        CausalContext context = set.context();
        int left = context.entries();
        TreeSet<Actor> gone = new TreeSet<>();
        for (Actor actor : context.actors()) {
            if (left > entriesMax && !set.hasLiveOf(actor) && mayGo.test(actor)) {
                gone.add(actor);
                left -= context.only(actor::equals).entries();
            }
        }
        return context.only(gone::contains);
    }
}
