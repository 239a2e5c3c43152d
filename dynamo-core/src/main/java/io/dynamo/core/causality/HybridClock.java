package io.dynamo.core.causality;

/**
 * Timestamps that follow the wall clock but never go back: milliseconds since 1970 in the upper 48 bits, a counter in the
 * lower 16 (traps T22).
 */
public final class HybridClock {

    private static final int COUNTER_BITS = 16;

    private HybridClock() {}

    /**
     * The next timestamp.
     *
     * @param wallMillis the wall clock
     * @param floor the highest timestamp that must be below it
     * @return greater than the floor, and not below the wall clock. Only the very last timestamp is returned again: it is
     *     beyond any bound on skew, and must not wrap to one that is not
     */
    public static long next(long wallMillis, long floor) {
        return Math.max(wallMillis << COUNTER_BITS, floor == Long.MAX_VALUE ? floor : floor + 1);
    }

    /**
     * The wall-clock part of a timestamp.
     *
     * @param timestamp a timestamp
     * @return milliseconds since 1970
     */
    public static long millis(long timestamp) {
        return timestamp >>> COUNTER_BITS;
    }
}
