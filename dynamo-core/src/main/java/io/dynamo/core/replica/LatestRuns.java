package io.dynamo.core.replica;

import io.dynamo.core.causality.Actor;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The latest run of each data directory that this node has heard of, its own among them. Runs of one directory follow one
 * another and their starts only grow, so all that started before the latest are over: no actor of theirs will mint again.
 *
 * <p>It holds as far as no directory has a second holder, a copy that runs at the same time. No dot ever depends on it.
 *
 * <p>Thread: any.
 */
public final class LatestRuns {

    // By directory id: one for each member's, a handful.
    private final ConcurrentSkipListMap<String, Run> latest = new ConcurrentSkipListMap<>();

    private record Run(int tag, long startedMillis) {}

    /** Has heard of nobody. */
    public LatestRuns() {}

    /**
     * A run is alive. News of an earlier one may come late, and changes nothing.
     *
     * @param directory the id of its directory
     * @param startedMillis when it started by its own clock; 0 if that is not known, which says nothing
     */
    public void heard(byte[] directory, long startedMillis) {
        latest.merge(
                HexFormat.of().formatHex(directory),
                new Run(Incarnation.tagOf(directory), startedMillis),
                (before, now) -> before.startedMillis() >= now.startedMillis() ? before : now);
    }

    /**
     * Whether the run that drew an actor is known to be over.
     *
     * @param actor an actor
     * @return false as well if nobody has vouched for its directory; true only if a later run of it was heard of
     */
    public boolean isOver(Actor actor) {
        int tag = Incarnation.tagOf(actor);
        long started = Incarnation.startedMillis(actor);
        boolean isVouchedFor = false;
        for (Run run : latest.values()) {
            if (run.tag() == tag) {
                // Two directories may share a tag: then it is over for both, or nothing is said.
                if (started >= run.startedMillis()) {
                    return false;
                }
                isVouchedFor = true;
            }
        }
        return isVouchedFor;
    }
}
