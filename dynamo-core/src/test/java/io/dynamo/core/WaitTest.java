package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.Context;
import io.dynamo.api.Option;
import io.dynamo.api.Outcome;
import io.dynamo.api.OverloadedException;
import io.dynamo.api.QuorumException;
import io.dynamo.api.Store;
import java.time.Duration;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Nobody waits for ever, not even for what was lost. */
class WaitTest {

    private static final Duration LIMIT = Duration.ofMillis(300);

    /** A store of a node that has a write under way, which its disk does not finish, and no timer that would end it. */
    private static Store<String> lost(TestCluster cluster) {
        Store<String> store = cluster.text("a");
        cluster.engine("a").holdsWrites = true;
        store.async().put("k", "one", Context.none());
        cluster.kill("a");
        return store;
    }

    @Test
    void lostCompletion_ofARead_endsNotAppliedAfterItsTimeout() {
        try (TestCluster cluster = TestCluster.of(1)) {
            Store<String> store = lost(cluster);

            assertEnds(cluster, Outcome.NOT_APPLIED, () -> store.get("k", Option.timeout(LIMIT)));
        }
    }

    @Test
    void lostCompletion_ofAWrite_endsUnknownAndNamesTheWrite() {
        try (TestCluster cluster = TestCluster.of(1)) {
            Store<String> store = lost(cluster);

            assertThat(assertEnds(
                                    cluster,
                                    Outcome.UNKNOWN,
                                    () -> store.put("k", "two", Context.none(), Option.timeout(LIMIT)))
                            .writeId())
                    .isPresent();
            assertThat(assertEnds(
                                    cluster,
                                    Outcome.UNKNOWN,
                                    () -> store.delete("k", Context.none(), Option.timeout(LIMIT)))
                            .writeId())
                    .isPresent();
        }
    }

    @Test
    void lostCompletion_insideAnUpdate_endsToo() {
        try (TestCluster cluster = TestCluster.of(1)) {
            Store<String> store = lost(cluster);

            assertThatThrownBy(() -> store.update("k", old -> Optional.of("two"), Option.timeout(LIMIT)))
                    .isInstanceOfSatisfying(
                            QuorumException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
        }
    }

    @Test
    void whatWasLeftBehind_keepsItsPlace() {
        try (TestCluster cluster = TestCluster.of(3, "limits.in-flight", "2")) {
            cluster.network.lose(message -> true);
            for (int i = 0; i < 2; i++) {
                String key = "k" + i;
                cluster.interrupting(
                        "a",
                        () -> assertThatThrownBy(() -> cluster.text("a").get(key))
                                .isInstanceOf(QuorumException.class));
            }

            assertThatThrownBy(() -> cluster.text("a").get("k")).isInstanceOf(OverloadedException.class);
            cluster.network.heal();
            cluster.time.run(TestCluster.SECOND.multipliedBy(2));
            assertThat(cluster.text("a").get("k").value()).isEmpty();
        }
    }

    private static QuorumException assertEnds(TestCluster cluster, Outcome outcome, ThrowingCallable call) {
        long before = cluster.time.nowNanos();
        QuorumException[] thrown = {null};
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(QuorumException.class, e -> thrown[0] = e)
                .hasMessageContaining("not answered");
        assertThat(thrown[0].outcome()).isEqualTo(outcome);
        assertThat(Duration.ofNanos(cluster.time.nowNanos() - before))
                .as("not before it should have failed by itself, nor much later")
                .isBetween(LIMIT, LIMIT.plus(TestCluster.SECOND));
        return thrown[0];
    }
}
