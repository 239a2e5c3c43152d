package io.dynamo.core.causality;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.core.Cases;
import org.junit.jupiter.api.Test;

class HybridClockTest {

    @Test
    void next_isAboveTheFloor_andNotBelowTheWall() {
        Cases.check(10_000, random -> {
            long wallMillis = random.nextLong(1L << 47);
            long floor = random.nextInt(3) == 0
                    ? (wallMillis << 16) + random.nextLong(-3, 1L << 16)
                    : random.nextLong(Long.MAX_VALUE);
            long next = HybridClock.next(wallMillis, Math.max(0, floor));
            assertThat(next).isGreaterThan(floor);
            assertThat(HybridClock.millis(next)).isGreaterThanOrEqualTo(wallMillis);
            assertThat(next).as("no further than it must").isEqualTo(Math.max(floor + 1, wallMillis << 16));
        });
    }

    @Test
    void next_wallStandsStillOrGoesBack_staysMonotone() {
        Cases.check(10_000, random -> {
            long wallMillis = 1L << 40;
            long last = 0;
            for (int i = 0; i < 100; i++) {
                wallMillis += random.nextLong(-2, 3);
                long next = HybridClock.next(wallMillis, last);
                assertThat(next).isGreaterThan(last);
                last = next;
            }
        });
    }

    @Test
    void next_moreThanACounterHolds_runsIntoTheNextMillisecond() {
        long full = (5L << 16) | 0xffff;
        assertThat(HybridClock.next(5, full)).isEqualTo(6L << 16);
        assertThat(HybridClock.millis(full)).isEqualTo(5);
    }

    /** Wrapping would make a stamp below the floor that no skew bound notices: the write would be lost silently. */
    @Test
    void next_floorAtTheEnd_staysThere_beyondAnySkewBound() {
        long next = HybridClock.next(1L << 41, Long.MAX_VALUE);
        assertThat(next).isEqualTo(Long.MAX_VALUE);
        assertThat(HybridClock.millis(next)).isEqualTo((1L << 47) - 1);
    }
}
