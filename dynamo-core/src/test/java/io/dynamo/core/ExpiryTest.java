package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.Context;
import io.dynamo.api.Option;
import io.dynamo.api.Read;
import io.dynamo.api.Reconciler;
import io.dynamo.api.Store;
import io.dynamo.core.causality.Version;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A value with a lifetime: found until its end, and then neither it nor what it has replaced (traps T11). */
class ExpiryTest {

    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
    private static final Option BRIEF = Option.expiresAfter(TEN_SECONDS);

    @Test
    void value_isFoundUntilItsTimeIsOver() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.text("a").put("k", "v", Context.none(), BRIEF);
            cluster.time.run(TEN_SECONDS.minusMillis(100));
            assertThat(cluster.text("b").get("k").siblings()).containsExactly("v");
            assertThat(cluster.text("c").keys()).containsExactly("k");
            cluster.time.run(Duration.ofMillis(100));
            Read<String> read = cluster.text("b").get("k");
            assertThat(read.siblings()).isEmpty();
            assertThat(read.value()).isEmpty();
            assertThat(cluster.text("c").keys()).isEmpty();
        }
    }

    @Test
    void expiredValue_isCoveredByTheContext_andReplaced() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.text("a").put("k", "v", Context.none(), BRIEF);
            cluster.time.run(TEN_SECONDS);
            Read<String> read = cluster.text("b").get("k");
            cluster.text("b").put("k", "w", read.context());
            cluster.time.run(TestCluster.SECOND);
            assertThat(cluster.values("a", "k")).containsExactly("w");
        }
    }

    @Test
    void theInstant_isTheMinters_andTravelsAsItIs() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = cluster.keyNotOn("a", 3);
            String owner = cluster.preferenceList(key).get(2);
            cluster.kill(owner);
            cluster.noticeSilence();
            long before = cluster.core("a").runtime().wallMillis();
            cluster.text("a").put(key, "v", Context.none(), BRIEF);
            String other = cluster.preferenceList(key).get(0);
            long instant = only(cluster, other, key).expiresAtMillis();
            assertThat(instant).isBetween(before + 10_000, before + 11_000);
            cluster.time.run(Duration.ofSeconds(5));
            cluster.start(owner);
            cluster.link();
            cluster.time.run(Duration.ofSeconds(3));
            assertThat(only(cluster, owner, key).expiresAtMillis()).isEqualTo(instant);
        }
    }

    private static Version only(TestCluster cluster, String node, String key) {
        List<Version> versions = cluster.held(node, key).versions();
        assertThat(versions).hasSize(1);
        return versions.get(0);
    }

    @Test
    void lastWriteWins_expiredWinner_staysTheWinner() {
        try (TestCluster cluster = TestCluster.of(3, "stores.latest.mode", "lww")) {
            Store<String> a = cluster.node("a").store("latest", TestCluster.TEXT, Reconciler.lastWriteWins());
            Store<String> b = cluster.node("b").store("latest", TestCluster.TEXT, Reconciler.lastWriteWins());
            cluster.network.lose(message -> true);
            b.put("k", "loser", Context.none(), Option.w(1));
            cluster.time.run(TestCluster.SECOND);
            a.put("k", "winner", Context.none(), Option.w(1), BRIEF);
            cluster.network.heal();
            cluster.link();
            assertThat(cluster.node("c")
                            .store("latest", TestCluster.TEXT, Reconciler.lastWriteWins())
                            .get("k", Option.r(3))
                            .value())
                    .contains("winner");
            cluster.time.run(TEN_SECONDS);
            assertThat(b.get("k", Option.r(3)).value()).isEmpty();
            assertThat(cluster.held("b", "latest", "k").versions()).hasSize(1);
        }
    }

    @Test
    void update_ofAnExpiredValue_findsNone() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.text("a").put("k", "v", Context.none(), BRIEF);
            cluster.time.run(TEN_SECONDS);
            Optional<String> written = cluster.text("b").update("k", old -> Optional.of(old.orElse("new")), BRIEF);
            assertThat(written).contains("new");
            cluster.time.run(TEN_SECONDS);
            assertThat(cluster.text("a").get("k").value()).isEmpty();
        }
    }

    @Test
    void laterWrite_hasALifetimeOfItsOwn() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Context seen =
                    cluster.text("a").put("k", "v", Context.none(), BRIEF).context();
            cluster.text("a").put("k", "w", seen);
            cluster.time.run(TEN_SECONDS);
            assertThat(cluster.text("b").get("k").siblings()).containsExactly("w");
        }
    }

    @Test
    void sibling_outlivesTheOneThatExpires() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.text("a").put("k", "v", Context.none(), BRIEF);
            cluster.text("b").put("k", "w", Context.none());
            cluster.time.run(TestCluster.SECOND);
            assertThat(cluster.text("c").get("k").siblings()).containsExactlyInAnyOrder("v", "w");
            cluster.time.run(TEN_SECONDS);
            assertThat(cluster.text("c").get("k").siblings()).containsExactly("w");
        }
    }

    @Test
    void store_mayGiveALifetime_andAWriteAnotherOne() {
        try (TestCluster cluster = TestCluster.of(3, "stores.notes.expires-after", "10s")) {
            cluster.text("a").put("short", "v", Context.none());
            cluster.text("a").put("long", "v", Context.none(), Option.expiresAfter(Duration.ofSeconds(30)));
            cluster.time.run(TEN_SECONDS);
            assertThat(cluster.text("b").keys()).containsExactly("long");
        }
    }

    @Test
    void readers_judgeByTheirOwnClock() {
        try (TestCluster cluster = TestCluster.unstarted(3)) {
            cluster.setClock("b", Duration.ofSeconds(20));
            List.of("a", "b", "c").forEach(id -> cluster.start(id));
            cluster.link();
            cluster.text("a").put("k", "v", Context.none(), BRIEF);
            assertThat(cluster.text("a").get("k").siblings()).containsExactly("v");
            assertThat(cluster.text("b").get("k").siblings()).isEmpty();
            cluster.time.run(TestCluster.SECOND);
            assertThat(cluster.values("b", "k")).containsExactly("v");
        }
    }

    @Test
    void session_isKeptByAnExpiredValue() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Context seen =
                    cluster.text("a").put("k", "v", Context.none(), BRIEF).context();
            cluster.time.run(TEN_SECONDS);
            Read<String> read = cluster.text("b").get("k", Option.r(1), Option.session(seen));
            assertThat(read.siblings()).isEmpty();
            assertThat(read.sessionExpired()).isFalse();
        }
    }

    @Test
    void lifetime_thatIsNone_isRefused() {
        assertThatThrownBy(() -> Option.expiresAfter(Duration.ofNanos(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("allowed: 1 ms to 3650 days");
        assertThatThrownBy(() -> Option.expiresAfter(Duration.ofDays(3_651)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
