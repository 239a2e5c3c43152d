package io.dynamo.core.sim;

import java.util.random.RandomGenerator;

/**
 * A stream of random numbers that is the same on every JVM (SplitMix64), derived from a seed and a label.
 *
 * <p>Thread: one.
 */
final class Chance implements RandomGenerator {

    private static final long STEP = 0x9E3779B97F4A7C15L;

    private long state;

    Chance(long seed, String label) {
        long mixed = mix(seed + STEP);
        for (int i = 0; i < label.length(); i++) {
            mixed = mix(mixed + STEP + label.charAt(i));
        }
        this.state = mixed;
    }

    @Override
    public long nextLong() {
        state += STEP;
        return mix(state);
    }

    /** 0 to bound-1. */
    int below(int bound) {
        return (int) Math.floorMod(nextLong() >>> 1, (long) bound);
    }

    /** From one value to another, both included. */
    long between(long from, long to) {
        return from + Math.floorMod(nextLong() >>> 1, to - from + 1);
    }

    /** True with this probability; draws only if it can be either. */
    boolean happens(double probability) {
        return probability > 0 && (nextLong() >>> 11) * 0x1p-53 < probability;
    }

    private static long mix(long value) {
        long z = value;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
