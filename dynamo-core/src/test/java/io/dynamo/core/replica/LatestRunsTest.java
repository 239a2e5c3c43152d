package io.dynamo.core.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.core.causality.Actor;
import org.junit.jupiter.api.Test;

/** Which incarnations are over: only what somebody vouches for. */
class LatestRunsTest {

    private static final byte[] HERE = {1, 2, 3, 4, 5};
    private static final byte[] THERE = {-1, 2, 3, 4, 5};

    private final LatestRuns runs = new LatestRuns();

    private static Actor actor(long startedMillis, byte[] directory) {
        return Incarnation.of(startedMillis, directory, -1).draw();
    }

    @Test
    void incarnation_carriesItsStartAndItsDirectory_andSortsByAge() {
        Incarnation incarnation = Incarnation.of(1_700_000_000_123L, THERE, 0xabcd_0123_4567_89abL);
        Actor actor = incarnation.draw();

        assertThat(incarnation.startedMillis()).isEqualTo(1_700_000_000_123L);
        assertThat(Incarnation.startedMillis(actor)).isEqualTo(1_700_000_000_123L);
        assertThat(Incarnation.tagOf(actor)).isEqualTo(Incarnation.tagOf(THERE)).isEqualTo(0xff020304);
        assertThat(incarnation.low() & 0xffff_ffff_ffffL).as("chance").isEqualTo(0x0123_4567_89abL);
        assertThat(incarnation.drew(actor)).isTrue();
        assertThat(actor).isLessThan(actor(1_700_000_000_124L, HERE));
        assertThat(actor).isGreaterThan(actor(1_700_000_000_122L, THERE));
        assertThat(Incarnation.startedMillis(actor(-5, HERE))).isZero();
        assertThat(Incarnation.startedMillis(actor(Long.MAX_VALUE, HERE))).isEqualTo((1L << 48) - 1);
    }

    @Test
    void run_isOverWhenALaterOneOfItsDirectoryWasHeardOf() {
        assertThat(runs.isOver(actor(1, HERE))).as("nobody vouches for it").isFalse();

        runs.heard(HERE, 10);

        assertThat(runs.isOver(actor(9, HERE))).isTrue();
        assertThat(runs.isOver(actor(10, HERE))).as("the present one").isFalse();
        assertThat(runs.isOver(actor(11, HERE))).as("one not heard of yet").isFalse();
        assertThat(runs.isOver(actor(9, THERE))).as("another directory").isFalse();
        runs.heard(HERE, 12);
        assertThat(runs.isOver(actor(11, HERE))).isTrue();
    }

    @Test
    void lateNewsOfAnEarlierRun_changesNothing() {
        runs.heard(HERE, 10);
        runs.heard(HERE, 5);

        assertThat(runs.isOver(actor(9, HERE))).isTrue();
    }

    @Test
    void peerThatDoesNotSayWhenItStarted_saysNothing() {
        runs.heard(HERE, 0);

        assertThat(runs.isOver(actor(0, HERE))).isFalse();
    }

    @Test
    void directoriesWithOneTag_mustBothBeLater() {
        byte[] twin = {1, 2, 3, 4, 99};
        runs.heard(HERE, 10);
        runs.heard(twin, 5);

        assertThat(runs.isOver(actor(4, HERE))).isTrue();
        assertThat(runs.isOver(actor(7, HERE))).as("it may be the twin's").isFalse();
    }

    @Test
    void shortDirectoryId_isNoError() {
        runs.heard(new byte[] {7}, 3);

        assertThat(runs.isOver(actor(2, new byte[] {7, 0}))).isTrue();
    }
}
