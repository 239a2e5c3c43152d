package io.dynamo.core.replica;

import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.CausalContext;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which of the actors in a context are of runs that are over, as the context itself tells: it knows of a later run of the same
 * directory, and when that one started the other had ended. So all who hold the same record say the same, whomever they have
 * heard of, and the last run of each directory that has left its mark is never among them.
 */
public final class EarlierRuns {

    private static final long NEVER = Long.MAX_VALUE;

    private EarlierRuns() {}

    /** A run of a directory, and when the next one that is known of began. */
    private record Run(long startedMillis, long nextMillis) {}

    /** By what time the runs of those actors had ended that are known to be over. */
    static SortedMap<Actor, Long> ends(CausalContext context) {
        SortedMap<Actor, Long> ends = new TreeMap<>();
        SortedMap<Integer, Run> earliest = new TreeMap<>();
        List<Actor> actors = context.actors();
        for (int place = actors.size() - 1; place >= 0; place--) {
            Actor actor = actors.get(place);
            long startedMillis = Incarnation.startedMillis(actor);
            Run later = earliest.get(Incarnation.tagOf(actor));
            Run run = later != null && later.startedMillis() == startedMillis
                    ? later
                    : new Run(startedMillis, later == null ? NEVER : later.startedMillis());
            earliest.put(Incarnation.tagOf(actor), run);
            if (run.nextMillis() != NEVER) {
                ends.put(actor, run.nextMillis());
            }
        }
        return ends;
    }

    /**
     * The part of a context that was minted by runs that are known to have ended before an instant.
     *
     * @param context what was seen
     * @param millis the instant
     * @return empty if there is none
     */
    public static CausalContext endedBefore(CausalContext context, long millis) {
        SortedMap<Actor, Long> ends = ends(context);
        return context.only(actor -> ends.getOrDefault(actor, NEVER) <= millis);
    }
}
