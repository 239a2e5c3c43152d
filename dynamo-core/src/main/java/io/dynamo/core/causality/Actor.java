package io.dynamo.core.causality;

/**
 * Who minted a dot: one run of one process, for one key's record. Drawn, never derived from what others say, so that a
 * node that forgot a key can never mint the same dot again (traps T3-T7). Actors sort by the start of their runs.
 *
 * @param incarnationHigh upper half of the incarnation: new at every start, begins with the time of it
 * @param incarnationLow lower half of the incarnation
 * @param number grows with every actor the incarnation draws
 */
public record Actor(long incarnationHigh, long incarnationLow, long number) implements Comparable<Actor> {

    @Override
    public int compareTo(Actor other) {
        int byHigh = Long.compareUnsigned(incarnationHigh, other.incarnationHigh);
        if (byHigh != 0) {
            return byHigh;
        }
        int byLow = Long.compareUnsigned(incarnationLow, other.incarnationLow);
        return byLow != 0 ? byLow : Long.compareUnsigned(number, other.number);
    }

    /**
     * Whether both were drawn by the same run of the same process.
     *
     * @param other another actor
     * @return true for equal incarnations
     */
    public boolean sameIncarnation(Actor other) {
        return incarnationHigh == other.incarnationHigh && incarnationLow == other.incarnationLow;
    }

    @Override
    public String toString() {
        return Long.toHexString(incarnationLow & 0xffff) + "." + number;
    }
}
