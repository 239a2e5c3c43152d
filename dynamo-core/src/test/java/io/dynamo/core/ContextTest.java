package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.Context;
import io.dynamo.api.InvalidContextException;
import io.dynamo.api.LimitException;
import io.dynamo.api.Option;
import io.dynamo.api.Outcome;
import io.dynamo.api.Read;
import io.dynamo.api.Written;
import io.dynamo.core.causality.CausalContext;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a write replaces, and what its caller is told to have seen. */
class ContextTest {

    @Test
    void twoWritersSameContextSameNode_bothSurviveAsSiblings() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Context seen = cluster.text("a").put("k", "zero", Context.none()).context();

            cluster.text("a").put("k", "one", seen);
            cluster.text("a").put("k", "two", seen);

            assertThat(cluster.text("b").get("k").siblings()).containsExactlyInAnyOrder("one", "two");
        }
    }

    @Test
    void put_contextCoversAVersion_replacesItAndNothingElse() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Written one = cluster.text("a").put("k", "one", Context.none());
            cluster.text("b").put("k", "two", Context.none());
            cluster.text("c").put("k", "three", Context.none());

            cluster.text("b").put("k", "four", one.context());

            cluster.repair("k");
            for (String node : List.of("a", "b", "c")) {
                assertThat(cluster.values(node, "k")).as(node).containsExactly("four", "three", "two");
            }
        }
    }

    @Test
    void delete_removesWhatWasSeen_andAConcurrentWriteSurvives() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Written one = cluster.text("a").put("k", "one", Context.none());
            cluster.text("b").put("k", "two", one.context());

            cluster.text("a").delete("k", one.context());

            assertThat(cluster.text("c").get("k").siblings()).containsExactly("two");
            cluster.text("c").delete("k", cluster.text("c").get("k").context());
            assertThat(cluster.text("a").get("k").siblings()).isEmpty();
        }
    }

    @Test
    void put_returnedContext_isCallersPlusTheMintedDot() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Written mine = cluster.text("a").put("k", "mine", Context.none());
            cluster.text("a").put("k", "other", Context.none());

            CausalContext before = TestCluster.seen(mine.context());
            CausalContext after = TestCluster.seen(
                    cluster.text("a").put("k", "mine2", mine.context()).context());

            assertThat(after.covers(before)).isTrue();
            CausalContext record = cluster.held("a", "k").context();
            assertThat(record.vector()).hasSize(1);
            assertThat(record.vector().get(0).counter()).isEqualTo(3);
            assertThat(after.vector()).as("other's dot 2 was not seen").allMatch(dot -> dot.counter() == 1);
            assertThat(after.detached()).as("the minted dot stands apart").hasSize(1);
            assertThat(after.detached().get(0).counter()).isEqualTo(3);
        }
    }

    @Test
    void chainedPut_neverErasesUnseenWrite() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Context seen = cluster.text("a").put("k", "zero", Context.none()).context();
            cluster.text("a").put("k", "other", seen);

            // Through text, as a web form would carry it.
            Context chained = cluster.text("a").put("k", "mine", seen).context();
            for (int i = 0; i < 5; i++) {
                chained = cluster.text("a")
                        .put("k", "mine" + i, Context.fromToken(chained.toToken()))
                        .context();
            }

            cluster.repair("k");
            for (String node : List.of("a", "b", "c")) {
                assertThat(cluster.values(node, "k")).as(node).containsExactly("mine4", "other");
            }
        }
    }

    @Test
    void get_context_coversAllItReturned() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.text("a").put("k", "one", Context.none(), Option.w(3));
            cluster.text("b").put("k", "two", Context.none(), Option.w(3));
            Read<String> read = cluster.text("c").get("k");

            cluster.text("c").put("k", "merged", read.context(), Option.w(3));

            assertThat(read.siblings()).hasSize(2);
            assertThat(cluster.values("a", "k")).containsExactly("merged");
        }
    }

    @Test
    void notFound_context_isNotNone() {
        try (TestCluster cluster = TestCluster.of(3, "stores.notes.blind-put", "refuse")) {
            Read<String> read = cluster.text("a").get("missing");

            assertThat(read.value()).isEmpty();
            assertThat(read.context().isNone()).isFalse();
            assertThat(Context.fromToken(read.context().toToken()).isNone()).isFalse();
            cluster.text("a").put("missing", "one", read.context());
            assertThat(cluster.text("b").get("missing").value()).contains("one");
        }
    }

    @Test
    void blindPut_storeRefuses_namesTheOption() {
        try (TestCluster cluster = TestCluster.of(4, "stores.notes.blind-put", "refuse")) {
            String forwarded = cluster.keyNotOn("d", 3);
            for (String node : List.of("a", "d")) {
                assertThatThrownBy(() -> cluster.text(node).put(forwarded, "one", Context.none()))
                        .isInstanceOfSatisfying(
                                LimitException.class,
                                e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED))
                        .hasMessageContaining("stores.notes.blind-put")
                        .hasMessageContaining("refuse");
            }
            assertThat(cluster.text("a").get(forwarded).value()).isEmpty();
        }
    }

    @Test
    void blindPut_makesASiblingOfWhateverIsThere() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.text("a").put("k", "one", Context.none());
            cluster.text("a").put("k", "two", Context.none());

            assertThat(cluster.text("b").get("k").siblings()).containsExactlyInAnyOrder("one", "two");
        }
    }

    @Test
    void context_ofAnotherKeyStoreOrCluster_isRefused() {
        try (TestCluster cluster = TestCluster.of(1);
                TestCluster other = TestCluster.of(1, "cluster.name", "other");
                TestCluster secret = TestCluster.of(1, "cluster.secret", "s3cret")) {
            Context mine = cluster.text("a").put("k", "one", Context.none()).context();
            Context remade = Context.fromToken(mine.toToken());
            var otherStore = cluster.node("a").store("other", TestCluster.TEXT, io.dynamo.api.Reconciler.siblings());

            for (Context context : List.of(mine, remade)) {
                assertRefused(() -> cluster.text("a").put("k2", "x", context), "notes/k2");
                assertRefused(() -> otherStore.put("k", "x", context), "other/k");
                assertRefused(() -> other.text("a").put("k", "x", context), "notes/k");
                assertRefused(() -> secret.text("a").delete("k", context), "notes/k");
                cluster.text("a").put("k", "two", context);
            }
        }
    }

    @Test
    void context_changedOrMalformed_isRefused() {
        try (TestCluster cluster = TestCluster.of(1)) {
            byte[] token =
                    cluster.text("a").put("k", "one", Context.none()).context().toBytes();
            for (int i = 0; i < token.length; i++) {
                byte[] changed = token.clone();
                changed[i] ^= 1;
                assertRefused(() -> cluster.text("a").put("k", "x", Context.ofBytes(changed)), "notes/k");
            }
            assertRefused(() -> cluster.text("a").put("k", "x", Context.ofBytes(new byte[] {1})), "1 bytes");
            assertRefused(() -> cluster.text("a").put("k", "x", Context.ofBytes(new byte[4096])), "notes/k");
            assertRefused(() -> Context.ofBytes(new byte[4097]), "4096");
            assertRefused(() -> Context.fromToken("not base64url!"), "base64url");
            assertThat(cluster.values("a", "k")).containsExactly("one");
        }
    }

    @Test
    void context_counterAheadOfLocalRecord_isLegal() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.network.lose(message -> message.to().equals("a"));
            Context chained = cluster.text("b").put("k", "one", Context.none()).context();
            chained = cluster.text("b").put("k", "two", chained).context();
            cluster.network.heal();
            assertThat(cluster.held("a", "k").isEmpty()).isTrue();

            cluster.text("a").put("k", "three", chained);

            cluster.repair("k");
            for (String node : List.of("a", "b", "c")) {
                assertThat(cluster.values(node, "k")).as(node).containsExactly("three");
            }
        }
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String named) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        InvalidContextException.class,
                        e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED))
                .hasMessageContaining(named);
    }
}
