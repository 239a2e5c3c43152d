package io.dynamo.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VirtualClockTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void driftingClock_neverGoesBack_andIsOffByItsDrift() {
        for (long ppm : new long[] {-10_000, -1, 0, 1, 10_000}) {
            VirtualClock clock = new VirtualClock(0, ppm);
            long before = -1;
            for (long now = 999_000_000; now < 1_003_000_000; now += 37) {
                assertThat(clock.nanos(now)).isGreaterThanOrEqualTo(before);
                before = clock.nanos(now);
            }
            assertThat(clock.nanos(1_000 * SECOND)).isEqualTo(1_000 * SECOND + 1_000_000 * ppm);
        }
    }

    @Test
    void delayOfADriftingClock_isOverWhenItSaysSo() {
        VirtualClock fast = new VirtualClock(0, 10_000);
        long later = 5 * SECOND + fast.universeDelay(SECOND);
        assertThat(fast.nanos(later) - fast.nanos(5 * SECOND)).isBetween(SECOND - SECOND / 1_000, SECOND);
    }

    @Test
    void jump_movesTheWallClockOnly() {
        VirtualClock clock = new VirtualClock(0, 0);
        long wall = clock.wallMillis(SECOND);
        clock.jump(-3_600_000);
        assertThat(clock.wallMillis(SECOND)).isEqualTo(wall - 3_600_000);
        assertThat(clock.nanos(SECOND)).isEqualTo(SECOND);
    }
}
