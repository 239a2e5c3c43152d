package io.dynamo.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.WriteId;
import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Dot;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is read of values with a lifetime is judged: by hand-made versions and reads. */
class ExpiryJudgeTest {

    private static final String KEY = "things/key-0";
    private static final Actor ACTOR = new Actor(1, 2, 3);
    private static final long LIFE = 1_000;

    private final SimulatedCluster cluster = new SimulatedCluster(1, SimulationProfile.calm());
    private final List<String> violations = new ArrayList<>();
    private final DotLedger ledger = new DotLedger(new Askings(node -> false), this::wallMillis);
    private final ExpiryJudge judge = new ExpiryJudge(cluster, ledger, violations::add);
    private final CausalContext seen = CausalContext.of(List.of(new Dot(ACTOR, 2)), List.of());

    private long wallMillis() {
        return cluster.machine("a").clock.wallMillis(cluster.universe().nowNanos());
    }

    /** Write #NUMBER has the dot after it as its timestamp says. */
    private void written(int number, long expiresAtMillis) {
        byte[] value = Values.of(KEY, number).getBytes(StandardCharsets.UTF_8);
        Version version = new Version(
                new Dot(ACTOR, number + 1),
                number + 1,
                expiresAtMillis,
                new WriteId(1_600_000_000_000L, number),
                value);
        ledger.enter("a", KEY, VersionSet.of(CausalContext.EMPTY, List.of(version)));
    }

    @Test
    void valueReadAfterItsEnd_isFound() {
        written(0, wallMillis() + LIFE);
        judge.judge(KEY, List.of(0), seen, judge.begins("a"), false);
        assertThat(violations).isEmpty();
        cluster.run(Duration.ofSeconds(2));
        judge.judge(KEY, List.of(0), seen, judge.begins("a"), false);
        assertThat(violations).singleElement().asString().startsWith("I5 " + KEY + ": value #0 had expired");
    }

    @Test
    void onlyWhatHasExpiredByTheReadersClock_explainsThatItIsNotFound() {
        written(0, wallMillis() + LIFE);
        ExpiryJudge.Began read = judge.begins("a");
        assertThat(judge.expired(KEY, seen, read)).isEmpty();
        cluster.run(Duration.ofSeconds(2));
        assertThat(judge.expired(KEY, seen, read)).containsExactly(0);
        assertThat(judge.expired(KEY, CausalContext.EMPTY, read)).isEmpty();
    }

    @Test
    void whereOneWins_whatAnExpiringOneWinsOver_isFound() {
        written(0, 0);
        written(1, wallMillis() + LIFE);
        judge.judge(KEY, List.of(0), seen, judge.begins("a"), false);
        assertThat(violations).isEmpty();
        judge.judge(KEY, List.of(0), seen, judge.begins("a"), true);
        assertThat(violations).singleElement().asString().startsWith("I12 " + KEY + ": value #0 was read although #1");
    }

    @Test
    void instantThatIsNoMintersClock_isFound() {
        judge.begins(KEY, 0, LIFE);
        written(0, wallMillis() + LIFE);
        judge.judgeInstants();
        assertThat(violations).isEmpty();
        judge.begins(KEY, 1, LIFE);
        written(1, wallMillis() + 2 * LIFE);
        judge.judgeInstants();
        assertThat(violations)
                .singleElement()
                .asString()
                .startsWith("I5 " + KEY + ": value #1 expires at another time");
    }
}
