package io.dynamo.core.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The rate at which work in the background goes on. */
class SlicesTest {

    private static final long SECOND = 1_000_000_000L;

    private final FakeRuntime runtime = new FakeRuntime();
    private final Slices slices = Slices.perSecond(runtime, 1_000);

    private long taken(long bytes) {
        long taken = 0;
        while (slices.take(bytes)) {
            taken += bytes;
        }
        return taken;
    }

    @Test
    void afterAPause_oneSecondsWorth_andNoMore() {
        runtime.advance(100 * SECOND);

        assertThat(taken(100)).isBetween(1_000L, 1_100L);
        assertThat(slices.take(1)).isFalse();
    }

    @Test
    void overTime_theRate() {
        long all = taken(70);
        for (int i = 0; i < 100; i++) {
            runtime.advance(SECOND / 10);
            all += taken(70);
        }
        assertThat(all).isBetween(10_500L, 11_500L);
    }

    @Test
    void sliceAboveTheRate_isGiven_andPaidForByThoseAfterIt() {
        assertThat(slices.take(5_000)).isTrue();
        runtime.advance(3 * SECOND);
        assertThat(slices.take(1)).isFalse();
        runtime.advance(2 * SECOND);
        assertThat(slices.take(1)).isTrue();
    }
}
