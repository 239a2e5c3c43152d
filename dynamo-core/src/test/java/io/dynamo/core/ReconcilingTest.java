package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.Codec;
import io.dynamo.api.ConflictException;
import io.dynamo.api.Context;
import io.dynamo.api.Option;
import io.dynamo.api.Outcome;
import io.dynamo.api.Reconciler;
import io.dynamo.api.Store;
import io.dynamo.api.ValueException;
import io.dynamo.api.cart.AddWinsCart;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The application's codec and reconciler: what is theirs may fail, and nothing stored is touched by it. */
class ReconcilingTest {

    private static final Reconciler<String> JOIN = (a, b) -> a.compareTo(b) < 0 ? a + "+" + b : b + "+" + a;
    private static final Reconciler<String> BROKEN = (a, b) -> {
        throw new IllegalStateException("my own");
    };

    private static void twoSiblings(Store<String> store) {
        store.put("k", "one", Context.none(), Option.w(3));
        store.put("k", "two", Context.none(), Option.w(3));
    }

    @Test
    void siblings_areMergedOnRead_andStayUntilSomeoneWrites() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Store<String> store = cluster.node("a").store("notes", TestCluster.TEXT, JOIN);
            twoSiblings(store);

            assertThat(store.get("k").value()).contains("one+two");
            assertThat(store.get("k").siblings()).containsExactlyInAnyOrder("one", "two");
            store.update("k", old -> old.map(value -> value + "!"));
            assertThat(store.get("k").siblings()).containsExactly("one+two!");
        }
    }

    @Test
    void reconcilerThrows_siblingsStay() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Store<String> store = cluster.node("a").store("notes", TestCluster.TEXT, BROKEN);
            twoSiblings(store);

            assertThatThrownBy(() -> store.get("k").value())
                    .isInstanceOfSatisfying(
                            ValueException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED))
                    .hasMessageContaining("store notes")
                    .hasMessageContaining("key k")
                    .hasRootCauseMessage("my own");
            assertThatThrownBy(() -> store.update("k", old -> Optional.of("x"))).isInstanceOf(ValueException.class);
            assertThat(store.get("k").siblings()).containsExactlyInAnyOrder("one", "two");
            assertThat(cluster.node("a").health().live()).as("the node goes on").isTrue();
        }
    }

    @Test
    void reconcilerReturnsNull_isToldAndSiblingsStay() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Store<String> store = cluster.node("a").store("notes", TestCluster.TEXT, (a, b) -> nothing());
            twoSiblings(store);

            assertThatThrownBy(() -> store.get("k").value())
                    .isInstanceOf(ValueException.class)
                    .hasRootCauseMessage("a reconciler must not return null");
            assertThat(cluster.values("b", "k")).containsExactly("one", "two");
        }
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing() {
        return null;
    }

    @Test
    void siblingsReconciler_neverMerges() {
        try (TestCluster cluster = TestCluster.of(3)) {
            twoSiblings(cluster.text("a"));

            assertThatThrownBy(() -> cluster.text("b").get("k").value())
                    .isInstanceOfSatisfying(
                            ConflictException.class,
                            e -> assertThat(e.siblings().stream()
                                            .map(String::valueOf)
                                            .sorted())
                                    .containsExactly("one", "two"))
                    .hasMessageContaining("notes/k");
        }
    }

    @Test
    void codecCannotRead_bytesKept_keyNamed() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.text("a").put("k", "not a cart", Context.none(), Option.w(3));
            Store<AddWinsCart> carts = cluster.node("b").store("notes", AddWinsCart.CODEC, AddWinsCart::merge);

            assertThatThrownBy(() -> carts.get("k"))
                    .isInstanceOf(ValueException.class)
                    .hasMessageContaining("store notes")
                    .hasMessageContaining("key k")
                    .hasMessageContaining("bytes are kept");
            assertThatThrownBy(() -> carts.update("k", old -> Optional.of(AddWinsCart.EMPTY)))
                    .isInstanceOf(ValueException.class);
            for (String node : List.of("a", "b", "c")) {
                assertThat(cluster.values(node, "k")).as(node).containsExactly("not a cart");
            }
        }
    }

    @Test
    void store_openedTwiceWithAnotherCodec_isAnISE() {
        try (TestCluster cluster = TestCluster.of(1)) {
            Store<String> first = cluster.text("a");

            assertThat(cluster.text("a")).isSameAs(first);
            Codec<String> other = Codec.utf8();
            EmbeddedNode node = cluster.node("a");
            assertThatThrownBy(() -> node.store("notes", AddWinsCart.CODEC, Reconciler.siblings()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("notes");
            assertThatThrownBy(() -> node.store("notes", TestCluster.TEXT, JOIN))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("notes");
            assertThat(node.store("others", other, JOIN)).isNotNull();
        }
    }

    @Test
    void store_reconcilerFromConfiguration_isTheShippedOne() {
        try (TestCluster cluster = TestCluster.of(1, "stores.carts.reconciler", "add-wins-cart")) {
            Store<AddWinsCart> carts = cluster.node("a").store("carts", AddWinsCart.CODEC);
            carts.update("k", old -> Optional.of(AddWinsCart.EMPTY.add("pen", 1)));

            assertThat(carts.get("k").value().orElseThrow().items()).containsOnlyKeys("pen");
            assertThat(cluster.node("a").store("carts", AddWinsCart.CODEC)).isSameAs(carts);
            assertThatThrownBy(() -> cluster.node("a").store("others", AddWinsCart.CODEC))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("stores.others.reconciler");
        }
    }
}
