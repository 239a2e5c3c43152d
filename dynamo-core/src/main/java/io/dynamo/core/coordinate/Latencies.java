package io.dynamo.core.coordinate;

import java.util.concurrent.atomic.LongAdder;

/** How long requests took: how many of them, by steps of a sixteenth of a doubling. Only ever counts up. Thread: any. */
final class Latencies {

    private static final int STEPS = 16;
    private static final int STEP_BITS = 4;
    private final LongAdder[] counts = new LongAdder[Long.SIZE * STEPS];

    Latencies() {
        for (int step = 0; step < counts.length; step++) {
            counts[step] = new LongAdder();
        }
    }

    void add(long nanos) {
        counts[step(Math.max(STEPS, nanos))].increment();
    }

    private static int step(long nanos) {
        int doublings = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
        return doublings * STEPS + (int) (nanos >>> doublings - STEP_BITS & STEPS - 1);
    }

    private static long end(int step) {
        int doublings = step / STEPS;
        return doublings < STEP_BITS ? STEPS : (long) (STEPS + step % STEPS + 1) << doublings - STEP_BITS;
    }

    long[] counted() {
        long[] all = new long[counts.length];
        for (int step = 0; step < all.length; step++) {
            all[step] = counts[step].sum();
        }
        return all;
    }

    /**
     * How many requests took longer.
     *
     * @param before what had been counted at the beginning
     * @param after what had been counted at the end
     * @param nanos than this, as {@link #p99} measures it
     * @return how many
     */
    static long count(long[] before, long[] after, long nanos) {
        int step = 0;
        while (step < after.length && end(step) <= nanos) {
            step++;
        }
        long longer = 0;
        for (; step < after.length; step++) {
            longer += after[step] - before[step];
        }
        return longer;
    }

    /**
     * What 99 of 100 requests took at most.
     *
     * @param before what had been counted at the beginning
     * @param after what had been counted at the end
     * @param few how many requests say nothing
     * @return the end of its step, at most 7 % more, in nanoseconds; 0 if there were only few
     */
    static long p99(long[] before, long[] after, long few) {
        long all = 0;
        for (int step = 0; step < after.length; step++) {
            all += after[step] - before[step];
        }
        if (all <= few) {
            return 0;
        }
        long above = all / 100;
        int step = after.length - 1;
        for (long seen = after[step] - before[step]; seen <= above; seen += after[step] - before[step]) {
            step--;
        }
        return end(step);
    }
}
