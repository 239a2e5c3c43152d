package io.dynamo.core.repair;

/**
 * What came of comparing a partition with another owner's.
 *
 * @param state how it ended
 * @param hashes digests that were sent from one to the other
 * @param repaired records of which one of the two, or both, lacked something
 * @param isPeerBehind whether the other has lost its data, and is catching up itself
 */
public record Outcome(State state, long hashes, long repaired, boolean isPeerBehind) {

    /**
     * Whether this node holds what the other did.
     *
     * @return false if something may be left
     */
    public boolean hasAll() {
        return state == State.EQUAL || state == State.COMPLETE || state == State.TAKEN;
    }

    /** How it ended. */
    public enum State {
        /** They held the same. */
        EQUAL,
        /** What differed was looked at, every record of it. */
        COMPLETE,
        /** This node has all that the other had; that one did not take all it lacks. */
        TAKEN,
        /** There was more than one pass takes, or some records could not be looked at. */
        PARTIAL,
        /** One of the two has to build its tree first. */
        BUSY,
        /** The other did not answer, or refused. */
        GIVEN_UP
    }
}
