package io.dynamo.core.coordinate;

/**
 * What a read asks for.
 *
 * @param r answers
 * @param pr of them by primaries
 * @param askAll whether all N are asked at once
 * @param timeoutNanos of the whole request
 * @param trace whether to record what happens
 * @param session what it must not be older than
 */
public record ReadPlan(int r, int pr, boolean askAll, long timeoutNanos, boolean trace, Session session) {

    /**
     * Of any age.
     *
     * @param r answers
     * @param pr of them by primaries
     * @param askAll whether all N are asked at once
     * @param timeoutNanos of the whole request
     * @param trace whether to record what happens
     */
    public ReadPlan(int r, int pr, boolean askAll, long timeoutNanos, boolean trace) {
        this(r, pr, askAll, timeoutNanos, trace, Session.NONE);
    }

    /**
     * The same, not older than something.
     *
     * @param asked what the caller has seen
     * @return the plan
     */
    public ReadPlan in(Session asked) {
        return new ReadPlan(r, pr, askAll, timeoutNanos, trace, asked);
    }
}
