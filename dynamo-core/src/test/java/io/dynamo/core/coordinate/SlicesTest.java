package io.dynamo.core.coordinate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rate at which work in the background goes on. */
class SlicesTest {

    private static final long SECOND = 1_000_000_000L;

    private final FakeRuntime runtime = new FakeRuntime();
    private final Pace pace = new Pace(runtime, new Meters(), SECOND, FakeRoute::ofNobody);
    private Slices slices;

    /** Work has gone on for so long that it has its whole share. */
    @BeforeEach
    void wholeShare() {
        pass(10 * SECOND);
        assertThat(pace.share()).isEqualTo(1);
        slices = new Slices(runtime, 10_000, pace);
    }

    /** Time passes in which work of another kind goes on. */
    private void pass(long nanos) {
        for (long left = nanos; left > 0; left -= SECOND / 2) {
            runtime.advance(SECOND / 2);
            pace.share();
        }
    }

    private long taken(long bytes) {
        long taken = 0;
        while (slices.take(bytes)) {
            taken += bytes;
        }
        return taken;
    }

    @Test
    void afterAPause_aShortBurst_andNoMore() {
        pass(100 * SECOND);

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
        pass(3 * SECOND);
        assertThat(slices.take(1)).isFalse();
        pass(2 * SECOND);
        assertThat(slices.take(1)).isTrue();
    }

    @Test
    void whatTurnedOutLarger_isPaidForAfterwards() {
        assertThat(slices.take(1)).isTrue();
        slices.pay(50_000);
        pass(4 * SECOND);
        assertThat(slices.take(1)).isFalse();
        pass(SECOND);
        assertThat(slices.take(1)).isTrue();
    }

    @Test
    void whoWaits_comesOneAfterTheOther_soonAfterItIsPaidFor() {
        assertThat(slices.take(2_000)).isTrue();
        // What is beyond the burst takes 150 ms, and each 500 bytes 50.
        assertThat(slices.turnNanos(500)).isCloseTo(SECOND * 3 / 20, within(SECOND / 100));
        assertThat(slices.turnNanos(500)).isCloseTo(SECOND / 5, within(SECOND / 100));
        assertThat(slices.turnNanos(500)).isCloseTo(SECOND / 4, within(SECOND / 100));
    }

    /** Waiting until it is paid for in advance would lose what is beyond a burst. */
    @ParameterizedTest
    @ValueSource(longs = {200, 600, 1_500, 2_500, 2_750, 6_000, 20_000})
    void whoComesWhenItIsItsTurn_getsTheWholeRate(long bytes) {
        long start = runtime.nanoTime();
        long all = 0;
        while (runtime.nanoTime() - start < 100 * SECOND) {
            while (slices.take(bytes)) {
                all += bytes;
            }
            runtime.advance(slices.turnNanos(bytes) + 1);
            pace.share();
        }
        assertThat(all).isBetween(970_000L, 1_030_000L);
    }

    @Test
    void whoWaits_doesNotWaitLongForAShareThatMayHaveGrown() {
        assertThat(slices.take(1_000_000)).isTrue();
        assertThat(slices.turnNanos(1_000)).isEqualTo(Slices.WAIT_MAX_NANOS);
        assertThat(slices.turnNanos(1_000)).isEqualTo(Slices.WAIT_MAX_NANOS);
    }

    @Test
    void whoWaitsForNobody_asksAgainSoon() {
        pass(SECOND);
        assertThat(slices.turnNanos(1)).isEqualTo(Slices.WAIT_MIN_NANOS);
    }
}
