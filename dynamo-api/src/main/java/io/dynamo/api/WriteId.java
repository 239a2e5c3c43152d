package io.dynamo.api;

/**
 * Names one write, so that repeating it does not write twice (traps T31). Every write carries one; an application that
 * wants to repeat a write after {@link Outcome#UNKNOWN} makes its own with {@link Option#writeId} or takes the one the
 * node made.
 *
 * @param epochMillis when the write was first tried, in milliseconds since 1970; a node refuses ids older than the
 *     configured {@code retry.window}
 * @param random 64 random bits
 */
public record WriteId(long epochMillis, long random) implements Comparable<WriteId> {

    /**
     * Checks the range.
     *
     * @param epochMillis see the record
     * @param random see the record
     */
    public WriteId {
        if (epochMillis < 0) {
            throw new IllegalArgumentException("epochMillis = " + epochMillis + "; must not be negative");
        }
    }

    @Override
    public int compareTo(WriteId other) {
        int byTime = Long.compare(epochMillis, other.epochMillis);
        return byTime != 0 ? byTime : Long.compareUnsigned(random, other.random);
    }

    @Override
    public String toString() {
        return Long.toHexString(epochMillis) + "-" + Long.toHexString(random);
    }
}
