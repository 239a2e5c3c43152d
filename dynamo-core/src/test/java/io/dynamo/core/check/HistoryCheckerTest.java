package io.dynamo.core.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.core.check.WriteEvent.Outcome;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The checker on hand-made histories: each bad one is found, and its good twin is not. */
class HistoryCheckerTest {

    private final History history = new History();

    @BeforeEach
    void siblingsOnThreeNodes() {
        promise(2, 2, false);
    }

    private void promise(int r, int w, boolean lastWriteOnly) {
        history.promise("k", new History.Rules(3, r, w, lastWriteOnly, List.of("a", "b", "c")));
        history.promise("other", new History.Rules(3, r, w, lastWriteOnly, List.of("a", "b", "c")));
    }

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
        history.begin("other", false, "c1", 0, new TreeSet<>()).answered(Outcome.OK, 4, "");
        end(List.of(0));
        assertThat(HistoryChecker.check(history)).anyMatch(text -> text.startsWith("I2 k: value #0 belongs to other"));
    }

    @Test
    void notAppliedValue_read_isAPhantom() {
        put(Outcome.NOT_APPLIED);
        history.read(seen(5, 0));
        assertThat(HistoryChecker.check(history))
                .singleElement()
                .asString()
                .startsWith("I8 k: value #0 was NOT_APPLIED");
    }

    @Test
    void dominatedSibling_read_isFound() {
        put(Outcome.OK);
        put(Outcome.OK, 0);
        put(Outcome.OK, 1);
        history.read(seen(5, 0, 2));
        assertThat(HistoryChecker.check(history))
                .singleElement()
                .asString()
                .startsWith("I3 k: value #0 stands beside #2");
    }

    @Test
    void dominatedSibling_thatTwoNodesMinted_isTheDocumentedRemainder() {
        put(Outcome.OK);
        put(Outcome.OK, 0);
        history.mintedTwice(0);
        history.read(seen(5, 0, 1));
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
        put(Outcome.OK);
        history.read(seen(5));
        assertThat(HistoryChecker.check(history)).singleElement().asString().startsWith("I6 k: write #0");
    }

    @Test
    void acknowledgedWrite_notSeenByAnEarlierRead_isFine() {
        put(Outcome.OK);
        history.read(seen(3));
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    @Test
    void acknowledgedWrite_behindADeleteThatTheReadCovers_isFine() {
        put(Outcome.OK);
        delete(Outcome.UNKNOWN, 0);
        ReadEvent read = seen(5);
        read.deletes().add(1);
        history.read(read);
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    @Test
    void acknowledgedWrite_staleReadWithoutOverlap_isFine() {
        promise(1, 2, false);
        put(Outcome.OK);
        history.read(seenBy(List.of("c"), 5));
        end(List.of(0));
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    @Test
    void acknowledgedWrite_notSeenByAReadThatMoreAnsweredThanItAskedFor_isStale() {
        promise(1, 2, false);
        put(Outcome.OK);
        history.read(seen(5));
        end(List.of(0));
        assertThat(HistoryChecker.check(history)).singleElement().asString().startsWith("I6 k: write #0");
    }

    @Test
    void acknowledgedWrite_notSeenByAReadThatStandInsAnswered_isFine() {
        put(Outcome.OK);
        history.read(seenBy(List.of("c", "d"), 5));
        end(List.of(0));
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    @Test
    void acknowledgedWrite_keptByAStandIn_isNotExpectedOfReads() {
        put(Outcome.OK).heldBy(List.of("a"));
        history.read(seen(5));
        end(List.of(0));
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    @Test
    void acknowledgedWrite_lostAfterWCopiesWereDestroyed_isNotJudged() {
        put(Outcome.OK);
        history.destroyed("a", 10);
        history.destroyed("b", 11);
        end(List.of());
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    /** A stand-in may have been one of the W. */
    @Test
    void acknowledgedWrite_lostAfterAnOwnerAndAnotherNodeLostCopies_isNotJudged() {
        put(Outcome.OK);
        history.destroyed("a", 10);
        history.destroyed("elsewhere", 12);
        end(List.of());
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    @Test
    void acknowledgedWrite_lostAfterFewerCopiesWereDestroyed_isLost() {
        put(Outcome.OK);
        history.destroyed("a", 10);
        history.destroyed("a", 11);
        end(List.of());
        assertThat(HistoryChecker.check(history)).singleElement().asString().startsWith("I1");
    }

    @Test
    void acknowledgedWrite_destructionsBeforeItBegan_doNotExcuse() {
        history.destroyed("a", 10);
        history.destroyed("b", 10);
        WriteEvent late = history.begin("k", false, "c1", 20, new TreeSet<>());
        late.answered(Outcome.OK, 30, "");
        end(List.of());
        assertThat(HistoryChecker.check(history)).singleElement().asString().startsWith("I1");
    }

    @Test
    void freshRead_afterACopyWasDestroyed_isNotJudged() {
        put(Outcome.OK);
        history.destroyed("a", 4);
        history.read(seen(5));
        end(List.of(0));
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    @Test
    void staleRead_isNotExcusedByACopyThatIsDestroyedLater() {
        put(Outcome.OK);
        history.read(seen(5));
        history.destroyed("a", 7);
        end(List.of(0));
        assertThat(HistoryChecker.check(history)).singleElement().asString().startsWith("I6 k: write #0");
    }

    @Test
    void staleRead_afterACopyWasMadeAgain_isJudged() {
        put(Outcome.OK);
        history.wiped("a", 5);
        history.restored("a", 10);
        history.read(seen(20));
        end(List.of(0));
        assertThat(HistoryChecker.check(history)).singleElement().asString().startsWith("I6 k: write #0");
    }

    /** Who has no copy answers no reader, so whoever answers had one. */
    @Test
    void staleRead_whileACopyIsGone_isJudged() {
        put(Outcome.OK);
        history.wiped("a", 5);
        history.read(seen(7));
        end(List.of(0));
        assertThat(HistoryChecker.check(history)).singleElement().asString().startsWith("I6 k: write #0");
    }

    @Test
    void staleRead_afterAllCopiesWereGoneAtOnce_isNotJudged() {
        put(Outcome.OK);
        history.wiped("a", 5);
        history.wiped("b", 6);
        history.restored("a", 10);
        history.restored("b", 11);
        history.read(seen(20));
        end(List.of());
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    @Test
    void acknowledgedWrite_lostAlthoughItsCopiesWentOneAfterTheOther_isLost() {
        put(Outcome.OK);
        history.wiped("a", 5);
        history.restored("a", 10);
        history.wiped("b", 11);
        history.restored("b", 15);
        end(List.of());
        assertThat(HistoryChecker.check(history)).singleElement().asString().startsWith("I1 k: write #0");
    }

    /** What a stand-in had is not made again by comparing owners. */
    @Test
    void acknowledgedWrite_heldByAStandIn_lostAfterBothCopiesWent_isNotJudged() {
        put(Outcome.OK).heldBy(List.of("a"));
        history.wiped("a", 5);
        history.restored("a", 10);
        history.wiped("d", 11);
        history.restored("d", 15);
        end(List.of());
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    @Test
    void valueBesideADeleteThatIsPerhapsCovered_isFine() {
        put(Outcome.OK);
        delete(Outcome.UNKNOWN, 0);
        ReadEvent read = seen(5, 0);
        read.perhaps().add(1);
        history.read(read);
        end(List.of(0));
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    @Test
    void deletedValue_readBesideTheDelete_isFound() {
        put(Outcome.OK);
        delete(Outcome.OK, 0);
        ReadEvent read = seen(5, 0);
        read.deletes().add(1);
        history.read(read);
        end(List.of(), 1);
        assertThat(HistoryChecker.check(history))
                .singleElement()
                .asString()
                .startsWith("I3 k: value #0 stands beside #1");
    }

    @Test
    void lastWriteWins_overwrittenValueRead_isStale() {
        promise(2, 2, true);
        put(Outcome.OK);
        put(Outcome.OK, 0);
        history.read(seen(5, 0));
        end(List.of(1));
        assertThat(HistoryChecker.check(history)).singleElement().asString().startsWith("I6 k: write #1");
    }

    @Test
    void lastWriteWins_nothingRead_isStale() {
        promise(2, 2, true);
        put(Outcome.OK);
        history.read(seen(5));
        end(List.of(0));
        assertThat(HistoryChecker.check(history)).singleElement().asString().startsWith("I6 k: write #0");
    }

    @Test
    void lastWriteWins_concurrentValueRead_isFine() {
        promise(2, 2, true);
        put(Outcome.OK);
        put(Outcome.OK);
        history.read(seen(5, 0));
        end(List.of(0));
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    @Test
    void lastWriteWins_nothingLeft_isLost() {
        promise(2, 2, true);
        put(Outcome.OK);
        end(List.of());
        assertThat(HistoryChecker.check(history)).singleElement().asString().startsWith("I1 k: write #0");
    }

    @Test
    void lastWriteWins_oneOfConcurrentWrites_isFine() {
        promise(2, 2, true);
        put(Outcome.OK);
        put(Outcome.OK);
        end(List.of(0));
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    @Test
    void lastWriteWins_overwrittenValueWins_isFound() {
        promise(2, 2, true);
        put(Outcome.OK);
        put(Outcome.OK, 0);
        end(List.of(0));
        assertThat(HistoryChecker.check(history)).singleElement().asString().startsWith("I12 k: value #0 wins");
    }

    @Test
    void lastWriteWins_twoValues_areFound() {
        promise(2, 2, true);
        put(Outcome.OK);
        put(Outcome.OK);
        end(List.of(0, 1));
        assertThat(HistoryChecker.check(history)).singleElement().asString().startsWith("I12 k: values [0, 1]");
    }

    @Test
    void unknownThenOk_isOk_andNeverBecomesUnknownAgain() {
        WriteEvent write = put(Outcome.UNKNOWN);
        write.answered(Outcome.NOT_APPLIED, 5, "");
        assertThat(write.outcome()).isEqualTo(Outcome.UNKNOWN);
        write.answered(Outcome.OK, 6, "");
        assertThat(write.outcome()).isEqualTo(Outcome.OK);
        assertThat(write.okNanos()).isEqualTo(6);
    }

    @Test
    void timeline_tellsTheLifeOfAKey_inOrder() {
        history.happened(2_000_000, "-- crash (b)");
        put(Outcome.OK);
        history.begin("k", true, "c2", 3_000_000, new TreeSet<>(List.of(0)))
                .answered(Outcome.UNKNOWN, 1_003_000_000, "a said UNKNOWN");
        history.read(seen(1_500_000, 0));
        end(List.of(0));
        assertThat(Timeline.of(history, "k")).isEqualTo("""
                        timeline of k
                                0 ms  c1 puts #0, having seen nothing: OK (at 0 ms )
                                1 ms  c1 read [0] (at 1 ms)
                                2 ms  -- crash (b)
                                3 ms  c2 deletes #1, having seen [0]: UNKNOWN (at 1003 ms a said UNKNOWN)
                          in the end: [0]
                        """);
    }

    private static ReadEvent seen(long nanos, Integer... values) {
        return seenBy(List.of("b", "c"), nanos, values);
    }

    private static ReadEvent seenBy(List<String> answered, long nanos, Integer... values) {
        return new ReadEvent(
                "k",
                List.of(values),
                new TreeSet<>(),
                new TreeSet<>(),
                nanos,
                nanos + 1,
                "c1",
                answered,
                new TreeSet<>());
    }

    private WriteEvent put(Outcome outcome, int... seen) {
        return begin(false, outcome, seen);
    }

    private WriteEvent delete(Outcome outcome, int... seen) {
        return begin(true, outcome, seen);
    }

    private WriteEvent begin(boolean isDelete, Outcome outcome, int... seen) {
        TreeSet<Integer> all = new TreeSet<>();
        for (int one : seen) {
            all.add(one);
        }
        WriteEvent write = history.begin("k", isDelete, "c1", 0, all);
        write.answered(outcome, 4, "");
        write.heldBy(List.of("a", "b"));
        return write;
    }

    private void end(List<Integer> values, int... deletes) {
        TreeSet<Integer> all = new TreeSet<>();
        for (int one : deletes) {
            all.add(one);
        }
        history.end(new ReadEvent("k", values, all, new TreeSet<>(), 100, 100, "the end", List.of(), new TreeSet<>()));
    }
}
