package io.dynamo.core.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.core.wire.Hello;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Work in the background makes way for requests that take too long, and never stops (Dynamo §6.5). */
class PaceTest {

    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;

    private final FakeRuntime runtime = new FakeRuntime();
    private final Meters meters = new Meters();
    private final FakePeer other = new FakePeer("other", false);
    private final Pace pace = new Pace(runtime, meters, 50 * MILLI, () -> new FakeRoute(other));

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

    /** As far as it grows while nobody is disturbed. */
    private void wholeShare() {
        for (int i = 0; i < 40; i++) {
            busy(1_000, MILLI);
        }
        assertThat(pace.share()).isEqualTo(1);
    }

    @Test
    void workBegins_low_andGrowsStepByStep() {
        quiet(MILLI);
        assertThat(pace.share()).isEqualTo(Pace.BEGIN);
        assertThat(busy(1_000, MILLI)).isEqualTo(Pace.BEGIN * 1.5);
        assertThat(busy(1_000, MILLI)).isEqualTo(Pace.BEGIN * 1.5 * 1.5);
        assertThat(busy(1_000, MILLI)).isEqualTo(Pace.BEGIN * 1.5 * 1.5 + Pace.GROWTH_MAX);
        wholeShare();
        quiet(MILLI);
        assertThat(pace.share()).isEqualTo(Pace.BEGIN);
    }

    @Test
    void requestsThatTakeTooLong_halfOfItEachTime_butNeverNothing() {
        wholeShare();
        assertThat(busy(1_000, 60 * MILLI)).as("once may be chance").isEqualTo(1);
        assertThat(busy(1_000, 60 * MILLI)).isEqualTo(0.5);
        assertThat(busy(1_000, 60 * MILLI)).isEqualTo(0.25);
        for (int i = 0; i < 100; i++) {
            busy(1_000, 60 * MILLI);
        }
        assertThat(pace.share()).isEqualTo(Pace.SHARE_MIN);
    }

    /** A pause of the whole process, now and then. */
    @Test
    void requestsThatTakeTooLongInOneStep_itOnlyWaits() {
        quiet(MILLI);
        double share = pace.share();
        for (int i = 0; i < 5; i++) {
            assertThat(busy(1_000, 60 * MILLI)).isEqualTo(share);
            share = busy(1_000, MILLI);
        }
        assertThat(share).isEqualTo(Pace.BEGIN * (1.5 * 1.5 + 3));
    }

    private void slow(int requests) {
        for (int i = 0; i < requests; i++) {
            meters.written(SECOND);
        }
    }

    @Test
    void moreThanOneInAHundred_isTooMany() {
        wholeShare();
        slow(10);
        assertThat(busy(990, MILLI)).isEqualTo(1);
        slow(11);
        assertThat(busy(989, MILLI)).isEqualTo(1);
        slow(11);
        assertThat(busy(989, MILLI)).isEqualTo(0.5);
        slow(5);
        assertThat(busy(1_000, MILLI)).isEqualTo(0.5 + Pace.GROWTH_MAX);
    }

    @Test
    void whereItWasTooMuch_itGrowsSlowly_andBeyondThatAsBefore() {
        quiet(MILLI);
        busy(1_000, MILLI);
        double tooMuch = busy(1_000, MILLI);
        busy(1_000, 60 * MILLI);
        double share = busy(1_000, 60 * MILLI);
        assertThat(share).isEqualTo(tooMuch / 2);
        assertThat(busy(1_000, MILLI)).isEqualTo(share * 1.5);
        share = share * 1.5;
        while (share <= tooMuch) {
            double more = busy(1_000, MILLI);
            assertThat(more).isEqualTo(share * 1.1);
            share = more;
        }
        assertThat(busy(1_000, MILLI)).isGreaterThan(share * 1.3);
    }

    /** Three of 200 are no more than chance; eleven are as many as there may be of 1,000. */
    @Test
    void fewRequests_aStepIsMadeWhenThereAreEnough_orTwoSecondsHavePassed() {
        wholeShare();
        slow(11);
        busy(100, MILLI);
        slow(11);
        assertThat(busy(100, MILLI)).isEqualTo(0.5);
        slow(1);
        assertThat(busy(200, MILLI)).isEqualTo(0.5);
        assertThat(busy(200, MILLI)).isEqualTo(0.5);
        assertThat(busy(200, MILLI)).isEqualTo(0.5);
        double grown = 0.5 + Pace.GROWTH_MAX;
        assertThat(busy(0, MILLI)).as("two seconds").isEqualTo(grown);
        slow(3);
        assertThat(busy(60, MILLI)).isEqualTo(grown);
        assertThat(busy(60, MILLI)).isEqualTo(grown);
        assertThat(busy(60, MILLI)).isEqualTo(grown);
        assertThat(busy(60, MILLI)).as("three of 240").isEqualTo(grown);
        slow(3);
        for (int i = 0; i < 4; i++) {
            busy(60, MILLI);
        }
        assertThat(pace.share()).as("again").isEqualTo(grown / 2);
    }

    @Test
    void noRequests_nobodyIsDisturbed_itDoubles() {
        wholeShare();
        for (int i = 0; i < 5; i++) {
            busy(1_000, 60 * MILLI);
        }
        assertThat(busy(3, 60 * MILLI)).isEqualTo(1.0 / 8);
        assertThat(busy(3, 60 * MILLI)).isEqualTo(1.0 / 4);
    }

    @Test
    void thirtyPercentLongerThanWithoutIt_isTooLong() {
        quiet(10 * MILLI);
        assertThat(busy(1_000, 12 * MILLI)).isEqualTo(Pace.BEGIN * 1.5);
        assertThat(busy(1_000, 14 * MILLI)).isEqualTo(Pace.BEGIN * 1.5);
        assertThat(busy(1_000, 14 * MILLI)).isEqualTo(Pace.BEGIN * 1.5 / 2);
    }

    @Test
    void fasterBesideWorkThanInQuiet_isLearntStepByStep() {
        quiet(40 * MILLI);
        busy(1_000, 5 * MILLI);
        assertThat(pace.figures().quietNanos()).as("one step").isBetween(34 * MILLI, 38 * MILLI);
        for (int i = 0; i < 40; i++) {
            busy(1_000, 5 * MILLI);
        }
        assertThat(pace.figures().quietNanos()).isBetween(5 * MILLI, 6 * MILLI);
    }

    /** Who writes very much before something fails is not in quiet. */
    @Test
    void burstInAPause_doesNotPassForQuiet() {
        runtime.advance(10 * SECOND);
        pace.told();
        for (int step = 0; step < 7; step++) {
            for (int i = 0; i < 5_000; i++) {
                meters.written(step < 5 ? 2 * MILLI : 40 * MILLI);
            }
            runtime.advance(10 * SECOND);
            pace.told();
        }
        pace.share();
        assertThat(pace.figures().quietNanos()).isBetween(2 * MILLI, 3 * MILLI);
    }

    @Test
    void slowerForGood_itIsQuietAfterAWhile() {
        quiet(5 * MILLI);
        int looks = 0;
        while (busy(1_000, 20 * MILLI) <= Pace.BEGIN) {
            assertThat(++looks).as("looks").isLessThan(400);
        }
        assertThat(looks).isGreaterThan(100);
    }

    @Test
    void muchLongerThanAlmostNothing_isNotNoticed() {
        quiet(MILLI / 20);
        assertThat(busy(1_000, MILLI * 9 / 20)).isEqualTo(Pace.BEGIN * 1.5);
    }

    /** To the microsecond, or nearly: a floor of 1.5 ms was one of 1.3 once. */
    @Test
    void upToHalfAMillisecond_isNeverTooLong() {
        quiet(MILLI / 10);
        busy(1_000, 480_000);
        assertThat(busy(1_000, 480_000)).isEqualTo(Pace.BEGIN * 1.5 * 1.5);
        quiet(MILLI / 10);
        busy(1_000, 550_000);
        assertThat(busy(1_000, 550_000)).isEqualTo(Pace.BEGIN / 2);
    }

    @Test
    void askedTwiceInAMoment_looksOnce() {
        wholeShare();
        busy(1_000, 60 * MILLI);
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
        busy(1_000, 15 * MILLI);
        assertThat(pace.figures().share()).isEqualTo(Pace.BEGIN / 2);
        assertThat(pace.figures().quietNanos()).isBetween(5 * MILLI, 6 * MILLI);
        assertThat(pace.figures().p99Nanos()).isBetween(15 * MILLI, 16 * MILLI);
    }

    @Test
    void requestsOfAnotherMemberThatTakeTooLong_ruleHereToo() {
        wholeShare();
        other.background = new Hello.Background(1.0 / 128, false);
        assertThat(pace.share()).isEqualTo(1.0 / 128);
        assertThat(pace.figures().share()).isEqualTo(1.0 / 128);
        other.background = new Hello.Background(0, false);
        assertThat(pace.share()).isEqualTo(Pace.SHARE_MIN);
        other.background = Hello.Background.NONE;
        assertThat(pace.share()).isEqualTo(1);
    }

    /** If each repeated what others say, none could ever say more again. */
    @Test
    void told_isOfItsOwnRequestsOnly() {
        wholeShare();
        other.background = new Hello.Background(1.0 / 128, false);
        assertThat(pace.told()).isEqualTo(new Hello.Background(1, true));
        runtime.advance(SECOND);
        assertThat(pace.told()).isEqualTo(new Hello.Background(Pace.BEGIN, false));
    }

    @Test
    void whoHasFewRequests_hasNothingAgainstOthersWork() {
        busy(0, 0);
        assertThat(pace.share()).isLessThan(1);
        assertThat(pace.told()).isEqualTo(new Hello.Background(1, true));
    }

    @Test
    void whoDoesNotWork_looksAsLongAsAnotherDoes() {
        quiet(MILLI);
        runtime.advance(10 * SECOND);
        assertThat(pace.told()).isEqualTo(new Hello.Background(Pace.BEGIN, false));
        other.background = new Hello.Background(1, true);
        pace.told();
        for (int step = 0; step < 2; step++) {
            pace.told();
            for (int i = 0; i < 1_000; i++) {
                meters.written(10 * MILLI);
            }
            runtime.advance(SECOND / 2);
        }
        assertThat(pace.told()).isEqualTo(new Hello.Background(Pace.BEGIN / 2, false));
    }

    @Test
    void p99_isTheRealOneOrAtMostASixteenthMore() {
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
                    .isLessThanOrEqualTo(real + real / 16 + 16);
        }
    }

    @Test
    void slices_areAsDearAsTheShareIsSmall() {
        wholeShare();
        busy(1_000, 60 * MILLI);
        Slices slices = new Slices(runtime, 1_000, pace);
        busy(1_000, 60 * MILLI);
        // What was not taken for 50 ms makes up for 25 of them.
        slices.take(1);
        slices.pay(200);
        runtime.advance(3 * SECOND / 10);
        assertThat(slices.take(1)).isFalse();
        runtime.advance(SECOND / 10);
        assertThat(slices.take(1)).isTrue();
    }

    @Test
    void slices_whatWasTakenAtALowShare_isPaidForAtTheShareThereIsThen() {
        for (int i = 0; i < 20; i++) {
            busy(1_000, 60 * MILLI);
        }
        Slices slices = new Slices(runtime, 1_000, pace);
        assertThat(slices.take(3_000)).isTrue();
        wholeShare();
        assertThat(slices.take(1)).isTrue();
    }
}
