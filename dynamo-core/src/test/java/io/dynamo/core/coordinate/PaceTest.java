package io.dynamo.core.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Work in the background makes way for requests that take too long, and never stops (Dynamo §6.5). */
class PaceTest {

    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;

    private final FakeRuntime runtime = new FakeRuntime();
    private final Meters meters = new Meters();
    private final Pace pace = new Pace(runtime, meters, 50 * MILLI);

    /** Half a second in which so many requests took so long, and somebody works in the background. */
    private double busy(int requests, long nanos) {
        runtime.advance(SECOND / 2);
        for (int i = 0; i < requests; i++) {
            meters.written(nanos);
        }
        return pace.share();
    }

    private void quiet(long nanos) {
        runtime.advance(10 * SECOND);
        busy(1_000, nanos);
    }

    @Test
    void requestsThatAreQuickEnough_allOfIt() {
        for (int i = 0; i < 10; i++) {
            assertThat(busy(1_000, 40 * MILLI)).isEqualTo(1);
        }
    }

    @Test
    void requestsThatTakeTooLong_halfOfItEachTime_butNeverNothing() {
        assertThat(busy(1_000, 60 * MILLI)).isEqualTo(0.5);
        assertThat(busy(1_000, 60 * MILLI)).isEqualTo(0.25);
        for (int i = 0; i < 100; i++) {
            busy(1_000, 60 * MILLI);
        }
        assertThat(pace.share()).isEqualTo(Pace.SHARE_MIN);
    }

    @Test
    void oneInAHundredIsTooMany_oneInTwoHundredIsNot() {
        meters.written(SECOND);
        assertThat(busy(199, MILLI)).isEqualTo(1);
        meters.written(SECOND);
        meters.written(SECOND);
        meters.written(SECOND);
        assertThat(busy(197, MILLI)).isEqualTo(0.5);
    }

    @Test
    void whenTheyAreQuickAgain_itGrowsBack() {
        for (int i = 0; i < 10; i++) {
            busy(1_000, 60 * MILLI);
        }
        for (int i = 0; i < 16; i++) {
            busy(1_000, MILLI);
        }
        assertThat(pace.share()).isEqualTo(1);
    }

    @Test
    void noRequests_itGrowsBack() {
        busy(1_000, 60 * MILLI);
        for (int i = 0; i < 16; i++) {
            busy(3, 60 * MILLI);
        }
        assertThat(pace.share()).isEqualTo(1);
    }

    @Test
    void twiceAsLongAsWithoutIt_isTooLong() {
        quiet(5 * MILLI);
        assertThat(busy(1_000, 8 * MILLI)).isEqualTo(1);
        assertThat(busy(1_000, 15 * MILLI)).isEqualTo(0.5);
    }

    @Test
    void twiceAlmostNothing_isNotNoticed() {
        quiet(MILLI / 10);
        assertThat(busy(1_000, MILLI)).isEqualTo(1);
    }

    @Test
    void askedTwiceInAMoment_looksOnce() {
        busy(1_000, 60 * MILLI);
        runtime.advance(MILLI);
        meters.written(MILLI);
        assertThat(pace.share()).isEqualTo(0.5);
        assertThat(pace.share()).isEqualTo(0.5);
    }

    @Test
    void figures_tellWhatItGoesBy() {
        quiet(5 * MILLI);
        busy(1_000, 15 * MILLI);
        assertThat(pace.figures().share()).isEqualTo(0.5);
        assertThat(pace.figures().quietNanos()).isBetween(5 * MILLI, 25 * MILLI / 4);
        assertThat(pace.figures().p99Nanos()).isBetween(15 * MILLI, 75 * MILLI / 4);
    }

    @Test
    void p99_isTheRealOneOrAtMostAQuarterMore() {
        Random random = new Random(7);
        for (int run = 0; run < 1_000; run++) {
            Latencies latencies = new Latencies();
            latencies.add(random.nextLong(SECOND));
            long[] before = latencies.counted();
            long[] all = random.longs(100 + random.nextInt(400), 4, 1L << 4 + random.nextInt(40))
                    .toArray();
            Arrays.stream(all).forEach(latencies::add);
            Arrays.sort(all);
            long real = all[all.length - 1 - all.length / 100];
            assertThat(Latencies.p99(before, latencies.counted(), 50))
                    .isGreaterThanOrEqualTo(real)
                    .isLessThanOrEqualTo(real + real / 4 + 4);
        }
    }

    @Test
    void slices_areAsDearAsTheShareIsSmall() {
        Slices slices = new Slices(runtime, 1_000, pace);
        busy(1_000, 60 * MILLI);
        slices.take(1);
        slices.pay(500);
        runtime.advance(9 * SECOND / 10);
        assertThat(slices.take(1)).isFalse();
        runtime.advance(SECOND / 5);
        assertThat(slices.take(1)).isTrue();
    }
}
