package io.dynamo.core.sim;

/**
 * The clocks of one machine: one that runs a little fast or slow, and a wall clock on top of it that jumps. They outlive the
 * machine's runs.
 */
final class VirtualClock {

    // 2020-09-13: any instant will do, as long as it is always the same.
    private static final long WALL_START_MILLIS = 1_600_000_000_000L;
    private static final long MILLION = 1_000_000;

    private final long driftPpm;
    private long offMillis;
    private int jumps;

    /**
     * Sets the clocks.
     *
     * @param offMillis how far the wall clock is off at first
     * @param driftPpm how much both run fast, in millionths; negative for slow
     */
    VirtualClock(long offMillis, long driftPpm) {
        this.offMillis = offMillis;
        this.driftPpm = driftPpm;
    }

    /** What the machine's monotonic clock says. */
    long nanos(long universeNanos) {
        // Exact and never backwards, which a product of all nanoseconds would not be.
        return universeNanos
                + Math.floorDiv(universeNanos, MILLION) * driftPpm
                + Math.floorMod(universeNanos, MILLION) * driftPpm / MILLION;
    }

    /** How long a delay of this machine is in virtual time. */
    long universeDelay(long nanos) {
        return nanos - Math.floorDiv(nanos, MILLION) * driftPpm;
    }

    /** What the machine's wall clock says. */
    long wallMillis(long universeNanos) {
        return WALL_START_MILLIS + offMillis + nanos(universeNanos) / MILLION;
    }

    /** How often the wall clock has jumped. */
    int jumps() {
        return jumps;
    }

    /** The wall clock jumps; time-outs do not notice. */
    void jump(long millis) {
        offMillis += millis;
        jumps++;
    }
}
