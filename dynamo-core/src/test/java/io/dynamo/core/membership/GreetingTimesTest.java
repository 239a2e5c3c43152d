package io.dynamo.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GreetingTimesTest {

    private static final long LIFETIME = 25_600;
    private final GreetingTimes times = new GreetingTimes(LIFETIME);

    @Test
    void frame_isAsOldAsTheGreetingThatItsSenderHadHeard() {
        times.note(1, 1_000);
        times.note(11, 2_000);

        assertThat(times.isTooOld(10, 1_000 + LIFETIME)).isFalse();
        assertThat(times.isTooOld(10, 1_001 + LIFETIME)).isTrue();
        assertThat(times.isTooOld(11, 1_001 + LIFETIME)).isFalse();
        assertThat(times.isTooOld(99, 2_000 + LIFETIME)).isFalse();
        assertThat(times.isTooOld(99, 2_001 + LIFETIME)).isTrue();
    }

    @Test
    void frameOfSomebodyWhoHasHeardNothing_isTooOld() {
        times.note(1, 0);

        assertThat(times.isTooOld(0, 1)).isTrue();
        assertThat(times.isTooOld(-1, 1)).isTrue();
        assertThat(new GreetingTimes(LIFETIME).isTooOld(1, 0)).isTrue();
    }

    @Test
    void greetingsOfLongAgo_areForgotten_andTooOld() {
        for (int round = 0; round < 10_000; round++) {
            times.note(1 + 5L * round, 200L * round);
        }
        long now = 200L * 9_999;
        for (int round = 0; round < 10_000; round++) {
            assertThat(times.isTooOld(1 + 5L * round, now))
                    .as("of round %d", round)
                    .isEqualTo(now - 200L * round > LIFETIME);
        }
    }

    @Test
    void greetingsThatFollowQuickly_countAsSentWithTheFirstOfThem() {
        times.note(1, 0);
        times.note(2, 50);
        times.note(3, 99);

        assertThat(times.isTooOld(3, LIFETIME + 1)).isTrue();
    }

    @Test
    void pause_makesOlderWhatWasOnItsWay() {
        times.note(1, 0);
        times.note(2, 200);
        times.note(3, 10 * LIFETIME);

        assertThat(times.isTooOld(2, 10 * LIFETIME)).isTrue();
        assertThat(times.isTooOld(3, 10 * LIFETIME)).isFalse();
    }
}
