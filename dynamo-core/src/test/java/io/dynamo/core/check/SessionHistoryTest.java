package io.dynamo.core.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.core.check.WriteEvent.Outcome;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The checker on hand-made histories of sessions (I7): each bad one is found, and its good twin is not. */
class SessionHistoryTest {

    private final History history = new History();

    @BeforeEach
    void siblingsOnThreeNodes() {
        promise(false);
    }

    private void promise(boolean lastWriteOnly) {
        history.promise("k", new History.Rules(3, 1, 1, lastWriteOnly, List.of("a", "b", "c")));
    }

    @Test
    void readOlderThanItsSession_isFound() {
        put();
        put();
        read(0, 1);
        assertThat(HistoryChecker.check(history)).singleElement().asString().startsWith("I7 k: c1 had seen #0");
    }

    @Test
    void readOfWhatOverwroteItsSession_isFine() {
        put();
        put(0);
        read(0, 1);
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    @Test
    void oneWinner_readOfWhatTheSessionHadOverwritten_isFound() {
        promise(true);
        put();
        put(0);
        read(1, 0);
        assertThat(HistoryChecker.check(history)).singleElement().asString().startsWith("I7 k: c1 had seen what");
    }

    @Test
    void oneWinner_readOfAnotherWinner_isFine() {
        promise(true);
        put();
        put();
        read(0, 1);
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    private void put(Integer... seen) {
        WriteEvent write = history.begin("k", false, "c1", 0, new TreeSet<>(List.of(seen)));
        write.answered(Outcome.UNKNOWN, 4, "");
    }

    private void read(int session, Integer value) {
        history.read(new ReadEvent(
                "k",
                List.of(value),
                new TreeSet<>(),
                new TreeSet<>(),
                5,
                6,
                "c1",
                List.of("b"),
                new TreeSet<>(List.of(session))));
    }
}
