package io.dynamo.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.core.sim.History.Final;
import io.dynamo.core.sim.History.Outcome;
import io.dynamo.core.sim.History.Seen;
import io.dynamo.core.sim.History.Write;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The checker on hand-made histories: each bad one is found, and its good twin is not. */
class HistoryCheckerTest {

    private final History history = new History();

    @Test
    void acknowledgedWrite_inTheEnd_isFine() {
        put(Outcome.OK);
        end(List.of(0));
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    @Test
    void acknowledgedWrite_gone_isLost() {
        put(Outcome.OK);
        end(List.of());
        assertThat(HistoryChecker.check(history)).singleElement().asString().startsWith("I1 k: write #0");
    }

    @Test
    void acknowledgedWrite_behindASurvivingSuccessor_isFine() {
        put(Outcome.OK);
        put(Outcome.UNKNOWN, 0);
        put(Outcome.OK, 1);
        end(List.of(2));
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    @Test
    void acknowledgedWrite_behindALostUnknownSuccessor_isLost() {
        put(Outcome.OK);
        put(Outcome.UNKNOWN, 0);
        put(Outcome.OK);
        end(List.of(2));
        assertThat(HistoryChecker.check(history)).singleElement().asString().startsWith("I1 k: write #0");
    }

    @Test
    void concurrentWrite_erasedByAWriterThatNeverSawIt_isLost() {
        put(Outcome.OK);
        put(Outcome.OK, 0);
        put(Outcome.OK, 0);
        end(List.of(2));
        assertThat(HistoryChecker.check(history)).singleElement().asString().startsWith("I1 k: write #1");
    }

    @Test
    void unknownWrite_goneOrThere_isFine() {
        put(Outcome.UNKNOWN);
        put(Outcome.UNKNOWN);
        end(List.of(1));
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    @Test
    void deletedValue_coveredByTheDelete_isFine() {
        put(Outcome.OK);
        delete(Outcome.OK, 0);
        end(List.of(), 1);
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    @Test
    void deletedValue_backInTheEnd_isResurrected() {
        put(Outcome.OK);
        delete(Outcome.OK, 0);
        end(List.of(0), 1);
        assertThat(HistoryChecker.check(history))
                .singleElement()
                .asString()
                .startsWith("I3 k: value #0 stands beside #1");
    }

    @Test
    void acknowledgedDelete_forgotten_isLost() {
        put(Outcome.OK);
        delete(Outcome.OK, 0);
        end(List.of(0));
        assertThat(HistoryChecker.check(history)).singleElement().asString().startsWith("I1 k: write #1");
    }

    @Test
    void valueNobodyWrote_isAPhantom() {
        end(List.of(7));
        assertThat(HistoryChecker.check(history)).singleElement().asString().startsWith("I2");
    }

    @Test
    void valueOfAnotherKey_isAPhantom() {
        Write write = history.begin("other", false, new TreeSet<>());
        write.outcome = Outcome.OK;
        end(List.of(0));
        assertThat(HistoryChecker.check(history)).anyMatch(text -> text.startsWith("I2 k: value #0 belongs to other"));
    }

    @Test
    void notAppliedValue_read_isAPhantom() {
        put(Outcome.NOT_APPLIED);
        history.reads.add(seen(5, 0));
        assertThat(HistoryChecker.check(history))
                .singleElement()
                .asString()
                .startsWith("I2 k: value #0 was NOT_APPLIED");
    }

    @Test
    void dominatedSibling_read_isFound() {
        put(Outcome.OK);
        put(Outcome.OK, 0);
        put(Outcome.OK, 1);
        history.reads.add(seen(5, 0, 2));
        assertThat(HistoryChecker.check(history))
                .singleElement()
                .asString()
                .startsWith("I3 k: value #0 stands beside #2");
    }

    @Test
    void dominatedSibling_thatTwoNodesMinted_isTheDocumentedRemainder() {
        put(Outcome.OK);
        put(Outcome.OK, 0);
        history.mintedTwice.add(0);
        history.reads.add(seen(5, 0, 1));
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    @Test
    void oneWriteTwice_isFound() {
        put(Outcome.OK);
        end(List.of(0, 0));
        assertThat(HistoryChecker.check(history))
                .singleElement()
                .asString()
                .startsWith("I3 k: value #0 is there twice");
    }

    @Test
    void acknowledgedWrite_notSeenByALaterRead_isStale() {
        history.readsAreFresh = true;
        put(Outcome.OK);
        history.writes.get(0).okNanos = 4;
        history.reads.add(seen(5));
        assertThat(HistoryChecker.check(history)).singleElement().asString().startsWith("I6 k: write #0");
    }

    @Test
    void acknowledgedWrite_notSeenByAnEarlierRead_isFine() {
        history.readsAreFresh = true;
        put(Outcome.OK);
        history.writes.get(0).okNanos = 6;
        history.reads.add(seen(5));
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    @Test
    void acknowledgedWrite_behindADeleteThatTheReadCovers_isFine() {
        history.readsAreFresh = true;
        put(Outcome.OK);
        delete(Outcome.UNKNOWN, 0);
        history.writes.get(0).okNanos = 4;
        Seen read = seen(5);
        read.deletes().add(1);
        history.reads.add(read);
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    private static Seen seen(long nanos, Integer... values) {
        return new Seen("k", List.of(values), new TreeSet<>(), nanos, "c1");
    }

    private void put(Outcome outcome, int... seen) {
        begin(false, outcome, seen);
    }

    private void delete(Outcome outcome, int... seen) {
        begin(true, outcome, seen);
    }

    private void begin(boolean isDelete, Outcome outcome, int... seen) {
        TreeSet<Integer> all = new TreeSet<>();
        for (int one : seen) {
            all.add(one);
        }
        history.begin("k", isDelete, all).outcome = outcome;
    }

    private void end(List<Integer> values, int... deletes) {
        TreeSet<Integer> all = new TreeSet<>();
        for (int one : deletes) {
            all.add(one);
        }
        history.finals.put("k", new Final(values, all));
    }
}
