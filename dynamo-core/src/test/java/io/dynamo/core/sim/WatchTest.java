package io.dynamo.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.Outcome;
import io.dynamo.api.QuorumException;
import io.dynamo.api.WriteId;
import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.ContextTokens;
import io.dynamo.core.causality.Dot;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.check.History;
import io.dynamo.core.check.ReadEvent;
import io.dynamo.core.check.WriteEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What clients cannot see of a run is judged: by hand-made versions, records and acknowledgements. */
class WatchTest {

    private static final String KEY = "things/key-0";
    private static final Actor ACTOR = new Actor(1, 2, 3);
    private static final WriteId WRITE = new WriteId(1_600_000_000_000L, 7);

    private final ContextTokens tokens = new ContextTokens("cluster", "secret", 1 << 16);
    private final SimulatedCluster cluster = new SimulatedCluster(1, SimulationProfile.calm());
    private final Watch watch = new Watch(cluster, SimulationProfile.calm());

    WatchTest() {
        watch.history.promise(KEY, new History.Rules(3, 2, 2, false, List.of("a", "b", "c")));
    }

    @Test
    void oneDotForTwoWrites_isFound() {
        watch.found("a", KEY, holding(1, WRITE, Values.of(KEY, 0)));
        watch.found("b", KEY, holding(1, new WriteId(WRITE.epochMillis(), 8), Values.of(KEY, 1)));
        assertThat(watch.judge()).singleElement().asString().startsWith("I9 " + KEY + ": #1: dot");
    }

    @Test
    void oneWriteMintedTwiceByOneRun_isFound() {
        watch.found("a", KEY, holding(1, WRITE, Values.of(KEY, 0)));
        watch.found("a", KEY, holding(2, WRITE, Values.of(KEY, 0)));
        assertThat(watch.judge()).singleElement().asString().startsWith("I3 " + KEY + ": #0: one run of one node");
    }

    @Test
    void damagedValue_isNobodys() {
        assertThat(Values.numberIn(KEY, Values.of(KEY, 12))).isEqualTo(12);
        assertThat(Values.numberIn("things/key-1", Values.of(KEY, 12))).isEqualTo(-1);
        assertThat(Values.numberIn(KEY, Values.of(KEY, 12).replace("#12", "#13")))
                .isEqualTo(-1);
        assertThat(Values.numberIn(KEY, "anything")).isEqualTo(-1);
    }

    @Test
    void acknowledgedWrite_thatTooFewDisksHold_isFound() {
        WriteEvent write = watch.history.begin(KEY, false, "client", 0, new TreeSet<>());
        watch.acknowledged(write, tokens.context("things", new byte[] {1}, context(1), 0));
        assertThat(watch.judge())
                .anyMatch(found -> found.startsWith("I8 " + KEY + ": write #0 was acknowledged and is on 0"));
    }

    @Test
    void acknowledgedWrite_thatTooFewOwnersHoldInTheEnd_isFound() {
        WriteEvent write = watch.history.begin(KEY, false, "client", 0, new TreeSet<>());
        watch.acknowledged(write, tokens.context("things", new byte[] {1}, context(1), 0));
        watch.history.destroyed("a", 1);
        watch.allIsHeld();
        assertThat(watch.judge()).anyMatch(found -> found.contains("is on 0 of its owners after the faults"));
    }

    @Test
    void acknowledgedWrite_whoseCopiesWereDestroyed_isNotMissed() {
        WriteEvent write = watch.history.begin(KEY, false, "client", 0, new TreeSet<>());
        watch.acknowledged(write, tokens.context("things", new byte[] {1}, context(1), 0));
        watch.history.destroyed("a", 1);
        watch.history.destroyed("b", 1);
        watch.allIsHeld();
        assertThat(watch.judge()).noneMatch(found -> found.contains("after the faults"));
    }

    @Test
    void writeRefusedForWantOfNodes_byANodeThatHasLinks_isFound() {
        WriteEvent write = watch.history.begin(KEY, false, "client", 0, new TreeSet<>());
        QuorumException refusal = new QuorumException("put k", Outcome.NOT_APPLIED, 2, 1, List.of(), WRITE);
        cluster.settle();
        long now = cluster.universe().nowNanos();
        watch.refused(write, "a", watch.reachable("a"), now - 1_000_000_000, refusal);
        assertThat(watch.judge()).as("it took its time").isEmpty();
        watch.refused(write, "a", watch.reachable("a"), now, refusal);
        assertThat(watch.judge())
                .singleElement()
                .asString()
                .startsWith("WRITEABLE " + KEY + ": write #0 was refused by a");
    }

    @Test
    void memberThatIsNotUp_whenNothingIsWrong_isFound() {
        cluster.settle();
        cluster.run(Duration.ofSeconds(1));
        watch.seesAllUp("a");
        assertThat(watch.judge()).isEmpty();
        cluster.crash("b");
        cluster.run(Duration.ofSeconds(5));
        watch.seesAllUp("a");
        assertThat(watch.judge()).singleElement().asString().startsWith("VIEW node a shows b as UNLINKED");
    }

    @Test
    void writesOfWhichNothingIsLeft_areFound() {
        watch.found("a", KEY, holding(1, WRITE, Values.of(KEY, 0)));
        watch.end(end(), VersionSet.of(context(1), List.of()));
        assertThat(watch.judge()).anyMatch(found -> found.startsWith("I12 " + KEY + ": writes are known"));
    }

    @Test
    void contextOfWhatNobodyMinted_isFound() {
        watch.end(end(), holding(5, WRITE, Values.of(KEY, 0)));
        assertThat(watch.judge()).anyMatch(found -> found.startsWith("I11 " + KEY + ": the context knows of"));
    }

    @Test
    void refusedDelete_thatIsThere_isFound() {
        WriteEvent delete = watch.history.begin(KEY, true, "client", 0, new TreeSet<>());
        delete.answered(WriteEvent.Outcome.NOT_APPLIED, 1, "a");
        watch.named(delete, WRITE);
        watch.found("a", KEY, holding(1, WRITE, null));
        watch.end(end(), holding(1, WRITE, null));
        assertThat(watch.judge()).anyMatch(found -> found.startsWith("I8 " + KEY + ": delete #0 was NOT_APPLIED"));
    }

    @Test
    void deleteWithoutAName_mayBeAnyThatClientsKnowNoNameOf() {
        WriteEvent delete = watch.history.begin(KEY, true, "client", 0, new TreeSet<>());
        delete.answered(WriteEvent.Outcome.UNKNOWN, 1, "a");
        watch.found("a", KEY, holding(1, WRITE, null));
        ReadEvent end = end();
        watch.end(end, holding(1, WRITE, null));
        assertThat(watch.judge()).isEmpty();
        assertThat(end.perhaps()).containsExactly(0);
    }

    private static ReadEvent end() {
        return new ReadEvent(
                KEY, List.of(), new TreeSet<>(), new TreeSet<>(), 5, 5, "the end", List.of(), new TreeSet<>());
    }

    private static CausalContext context(long counter) {
        return CausalContext.of(List.of(new Dot(ACTOR, counter)), List.of());
    }

    private static VersionSet holding(long counter, WriteId id, @Nullable String value) {
        byte[] bytes = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
        return VersionSet.of(context(counter), List.of(new Version(new Dot(ACTOR, counter), 0, 0, id, bytes)));
    }
}
