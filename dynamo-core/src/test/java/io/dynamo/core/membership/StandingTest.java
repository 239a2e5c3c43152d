package io.dynamo.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.MemberView.State;
import io.dynamo.core.membership.Standing.Patience;
import io.dynamo.core.membership.Standing.Signs;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What follows from what is seen of one member: rounds of 200 ms, down after 800 ms, holds of 1 s to 30 s. */
class StandingTest {

    private static final long MILLI = 1_000_000;
    private static final Patience PATIENCE = new Patience(800 * MILLI, 30_000 * MILLI);

    private final Silence silence = new Silence();
    private final List<String> told = new ArrayList<>();
    private long millis = 10_000;
    private boolean isLinked = true;
    private boolean answersProbes;
    private int probes;
    private Standing standing = Standing.unknown(0).next(signs(), PATIENCE);

    @Test
    void linkedMember_thatWasNeverAsked_isUp() {
        rounds(50);
        assertThat(standing.state()).isEqualTo(State.UP);
        assertThat(probes).isZero();
    }

    @Test
    void silence_endsInAHold_afterProbes_withinASecond() {
        ask();
        rounds(4);
        assertThat(told).containsExactly("HELD_DOWN at 800");
        assertThat(standing.why()).isEqualTo("no answer for 800 ms, 2 probes included");
    }

    @Test
    void oneLostFrame_isProbed_andForgiven() {
        answersProbes = true;
        ask();
        rounds(50);
        assertThat(told).isEmpty();
        assertThat(probes).as("the first is answered").isEqualTo(1);
    }

    @Test
    void questionOfLongAgo_isNoReasonToHoldDown() {
        ask();
        millis += 600_000;
        rounds(1);
        assertThat(standing.state()).isEqualTo(State.UP);
        assertThat(probes).isEqualTo(1);
    }

    @Test
    void slowMember_thatAnswers_isUp() {
        for (int i = 0; i < 20; i++) {
            ask();
            rounds(3);
            silence.answered();
        }
        assertThat(told).isEmpty();
    }

    @Test
    void suspectedMember_thatNobodyAsked_isProbed_andHeldDownIfItIsSilent() {
        silence.suspected();
        rounds(6);
        assertThat(probes).isEqualTo(4);
        assertThat(told).containsExactly("HELD_DOWN at 1000");
    }

    @Test
    void suspectedMember_thatAnswersTheProbe_isUp() {
        answersProbes = true;
        silence.suspected();
        rounds(6);
        assertThat(probes).isEqualTo(1);
        assertThat(told).isEmpty();
    }

    @Test
    void heldDown_isProbedAfterASecond_andUpWhenItAnswers() {
        ask();
        rounds(8);
        answersProbes = true;
        rounds(10);
        assertThat(told).containsExactly("HELD_DOWN at 800", "PROBING at 1800", "UP at 2000");
    }

    @Test
    void heldDown_isUpAtOnce_whenItAnswersAnything() {
        ask();
        rounds(5);
        silence.answered();
        rounds(1);
        assertThat(told).containsExactly("HELD_DOWN at 800", "UP at 1200");
    }

    @Test
    void answerFromBeforeTheHold_isNoSignOfLife() {
        silence.answered();
        ask();
        rounds(5);
        assertThat(standing.state()).isEqualTo(State.HELD_DOWN);
    }

    @Test
    void holds_becomeLonger_upToTheLongest() {
        ask();
        rounds(700);
        assertThat(told.subList(0, 7))
                .containsExactly(
                        "HELD_DOWN at 800",
                        "PROBING at 1800",
                        "HELD_DOWN at 2600",
                        "PROBING at 4600",
                        "HELD_DOWN at 5400",
                        "PROBING at 9400",
                        "HELD_DOWN at 10200");
        assertThat(standing.holdNanos()).isEqualTo(PATIENCE.holdMaxNanos());
    }

    @Test
    void relapse_keepsTheLongerHold_calmForgetsIt() {
        ask();
        rounds(5);
        silence.answered();
        rounds(5);
        ask();
        rounds(5);
        assertThat(standing.holdNanos()).isEqualTo(2_000 * MILLI);
        silence.answered();
        rounds(60);
        ask();
        rounds(5);
        assertThat(standing.holdNanos()).isEqualTo(1_000 * MILLI);
    }

    @Test
    void pauseOfThisNode_isForgiven() {
        ask();
        millis += 5_000;
        silence.forgive(nanos());
        rounds(3);
        assertThat(standing.state()).isEqualTo(State.UP);
        rounds(1);
        assertThat(standing.state()).as("it goes on being silent").isEqualTo(State.HELD_DOWN);
    }

    @Test
    void lostLink_isToldWhateverElseIs_andTheNextOneIsANewStart() {
        ask();
        rounds(5);
        isLinked = false;
        rounds(1);
        assertThat(standing.why()).isEqualTo("no answer to greetings");
        isLinked = true;
        silence.answered();
        rounds(1);
        assertThat(told).containsExactly("HELD_DOWN at 800", "UNLINKED at 1200", "UP at 1400");
        assertThat(standing.holdNanos()).isZero();
    }

    private void ask() {
        silence.asked(nanos());
    }

    private void rounds(int count) {
        for (int i = 0; i < count; i++) {
            millis += 200;
            Standing next = standing.next(signs(), PATIENCE);
            if (next.state() != standing.state()) {
                told.add(next.state() + " at " + (millis - 10_000));
            }
            if (next.state() == State.HELD_DOWN && standing.state() == State.UP) {
                silence.listen();
            }
            if (next.probes() > standing.probes()) {
                probes++;
                silence.asked(nanos());
                if (answersProbes) {
                    silence.answered();
                }
            }
            standing = next;
        }
    }

    private Signs signs() {
        return new Signs(
                nanos(),
                isLinked,
                isLinked ? "" : "no answer to greetings",
                silence.nanos(nanos()),
                silence.isSuspected(),
                silence.hasAnswered());
    }

    private long nanos() {
        return millis * MILLI;
    }
}
