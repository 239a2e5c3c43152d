package io.dynamo.core.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The rate at which work in the background goes on. */
class SlicesTest {

    private static final long SECOND = 1_000_000_000L;

    private final FakeRuntime runtime = new FakeRuntime();
    private final Slices slices = new Slices(runtime, 10_000, new Pace(runtime, new Meters(), SECOND));

    private long taken(long bytes) {
        long taken = 0;
        while (slices.take(bytes)) {
            taken += bytes;
        }
        return taken;
    }

    @Test
    void afterAPause_aShortBurst_andNoMore() {
        runtime.advance(100 * SECOND);

        assertThat(taken(100)).isBetween(500L, 600L);
        assertThat(slices.take(1)).isFalse();
    }

    @Test
    void overTime_theRate() {
        long all = taken(70);
        for (int i = 0; i < 1_000; i++) {
            runtime.advance(SECOND / 100);
            all += taken(70);
        }
        assertThat(all).isBetween(99_000L, 101_000L);
    }

    @Test
    void sliceAboveTheRate_isGiven_andPaidForByThoseAfterIt() {
        assertThat(slices.take(50_000)).isTrue();
        runtime.advance(3 * SECOND);
        assertThat(slices.take(1)).isFalse();
        runtime.advance(2 * SECOND);
        assertThat(slices.take(1)).isTrue();
    }

    @Test
    void whatTurnedOutLarger_isPaidForAfterwards() {
        assertThat(slices.take(1)).isTrue();
        slices.pay(50_000);
        runtime.advance(4 * SECOND);
        assertThat(slices.take(1)).isFalse();
        runtime.advance(SECOND);
        assertThat(slices.take(1)).isTrue();
    }
}
