package io.dynamo.api.cart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class AddWinsCartTest {

    private static final long ANN = 7;
    private static final long BOB = -7;

    @Test
    void add_twoClientsConcurrently_quantitiesAddUp() {
        AddWinsCart ann = AddWinsCart.EMPTY.add("book", 1).stamp(ANN, 1);
        AddWinsCart bob = AddWinsCart.EMPTY.add("book", 1).stamp(BOB, 1);

        assertThat(AddWinsCart.merge(ann, bob).items()).isEqualTo(Map.of("book", 2));
    }

    @Test
    void add_oneClientInSequence_quantitiesAddUp() {
        AddWinsCart cart = AddWinsCart.EMPTY
                .add("book", 1)
                .stamp(ANN, 1)
                .add("book", 2)
                .stamp(ANN, 2)
                .add("book", 3)
                .add("book", 4)
                .stamp(ANN, 3);

        assertThat(cart.items()).isEqualTo(Map.of("book", 10));
    }

    @Test
    void add_oneClientWhoseReadMissedItsOwnWrite_bothSurvive() {
        AddWinsCart first = AddWinsCart.EMPTY.add("book", 1).stamp(ANN, 1);
        AddWinsCart second = AddWinsCart.EMPTY.add("pen", 1).stamp(ANN, 2);

        assertThat(AddWinsCart.merge(first, second).items()).isEqualTo(Map.of("book", 1, "pen", 1));
    }

    @Test
    void merge_sameStateAgain_neverDoubles() {
        AddWinsCart cart = AddWinsCart.EMPTY.add("book", 3).stamp(ANN, 1);
        AddWinsCart retried = AddWinsCart.CODEC.decode(AddWinsCart.CODEC.encode(cart));
        AddWinsCart later = cart.add("pen", 1).stamp(BOB, 1);

        assertThat(AddWinsCart.merge(cart, retried)).isEqualTo(cart);
        assertThat(AddWinsCart.merge(later, retried)).isEqualTo(later);
    }

    @Test
    void remove_concurrentAddOfTheSameItem_addWins() {
        AddWinsCart both = AddWinsCart.EMPTY.add("book", 1).stamp(ANN, 1);
        AddWinsCart removed = both.remove("book").stamp(ANN, 2);
        AddWinsCart added = both.add("book", 5).stamp(BOB, 1);

        assertThat(removed.items()).isEmpty();
        assertThat(AddWinsCart.merge(removed, added).items()).isEqualTo(Map.of("book", 5));
    }

    @Test
    void removedItem_concurrentAddsOfOthers_staysRemoved() {
        AddWinsCart both = AddWinsCart.EMPTY.add("book", 1).add("cup", 1).stamp(ANN, 1);
        AddWinsCart removed = both.remove("book").stamp(ANN, 2);
        AddWinsCart added = both.add("pen", 1).stamp(BOB, 1);

        assertThat(AddWinsCart.merge(removed, added).items()).isEqualTo(Map.of("cup", 1, "pen", 1));
        assertThat(AddWinsCart.merge(added, removed).items()).isEqualTo(Map.of("cup", 1, "pen", 1));
    }

    @Test
    void set_concurrentAdd_addsToTheNewQuantity() {
        AddWinsCart both = AddWinsCart.EMPTY.add("book", 9).stamp(ANN, 1);
        AddWinsCart set = both.set("book", 2).stamp(ANN, 2);
        AddWinsCart added = both.add("book", 1).stamp(BOB, 1);

        assertThat(set.items()).isEqualTo(Map.of("book", 2));
        assertThat(AddWinsCart.merge(set, added).items()).isEqualTo(Map.of("book", 3));
    }

    @Test
    void pendingChanges_inAnyOrder_showInItemsAndSurviveTheStamp() {
        AddWinsCart base = AddWinsCart.EMPTY.add("book", 1).stamp(ANN, 1);
        AddWinsCart pending = base.add("book", 1)
                .remove("book")
                .add("book", 4)
                .set("pen", 2)
                .set("pen", 3)
                .add("cup", 1)
                .remove("cup")
                .remove("nothing");

        assertThat(pending.items()).isEqualTo(Map.of("book", 4, "pen", 3));
        assertThat(pending.stamp(BOB, 1).items()).isEqualTo(Map.of("book", 4, "pen", 3));
        assertThat(base.items()).isEqualTo(Map.of("book", 1));
    }

    @Test
    void remove_ofAnItemThatIsNotThere_isNoChange() {
        assertThat(AddWinsCart.EMPTY.remove("book").hasPendingChanges()).isFalse();
        assertThat(AddWinsCart.EMPTY.stamp(ANN, 1)).isSameAs(AddWinsCart.EMPTY);
        assertThat(AddWinsCart.EMPTY.add("book", 1).remove("book").hasPendingChanges())
                .isFalse();
    }

    @Test
    void unstampedCart_encodedOrMerged_isRefusedWithTheRemedy() {
        AddWinsCart unstamped = AddWinsCart.EMPTY.add("book", 1);

        assertThatThrownBy(() -> AddWinsCart.CODEC.encode(unstamped))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("change carts inside Store.update");
        assertThatThrownBy(() -> AddWinsCart.merge(AddWinsCart.EMPTY, unstamped))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("change carts inside Store.update");
    }

    @Test
    void stamp_dotSeenBefore_isRefused() {
        AddWinsCart cart = AddWinsCart.EMPTY.add("book", 1).stamp(ANN, 1).add("pen", 1);

        assertThatThrownBy(() -> cart.stamp(ANN, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("stamped already");
        assertThatIllegalArgumentException().isThrownBy(() -> cart.stamp(ANN, 0));
    }

    @Test
    void equals_sameItemsButMoreSeen_differ() {
        AddWinsCart removed =
                AddWinsCart.EMPTY.add("book", 1).stamp(ANN, 1).remove("book").stamp(ANN, 2);

        assertThat(removed.items()).isEqualTo(AddWinsCart.EMPTY.items());
        assertThat(removed).isNotEqualTo(AddWinsCart.EMPTY);
        assertThat(AddWinsCart.EMPTY.add("book", 1)).isNotEqualTo(AddWinsCart.EMPTY);
        assertThat(AddWinsCart.EMPTY.add("a", 1).stamp(ANN, 1))
                .isEqualTo(AddWinsCart.EMPTY.add("a", 1).stamp(ANN, 1))
                .hasSameHashCodeAs(AddWinsCart.EMPTY.add("a", 1).stamp(ANN, 1));
    }

    @Test
    void limits_outside_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> AddWinsCart.EMPTY.add("", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> AddWinsCart.EMPTY.add("é".repeat(129), 1));
        assertThatIllegalArgumentException().isThrownBy(() -> AddWinsCart.EMPTY.add("\ud800", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> AddWinsCart.EMPTY.add("book", 0));
        assertThatIllegalArgumentException().isThrownBy(() -> AddWinsCart.EMPTY.set("book", 1_000_001));
        assertThat(AddWinsCart.EMPTY.add("é".repeat(128), 1_000_000).items()).hasSize(1);
    }

    @Test
    void quantity_sumAboveTheLargestInt_stopsThere() {
        AddWinsCart cart = AddWinsCart.EMPTY;
        for (int i = 1; i <= 2_200; i++) {
            cart = cart.add("book", 1_000_000);
        }
        AddWinsCart ann = cart.stamp(ANN, 1);
        AddWinsCart bob = cart.stamp(BOB, 1);

        assertThat(cart.items()).isEqualTo(Map.of("book", Integer.MAX_VALUE));
        assertThat(AddWinsCart.merge(ann, bob).items()).isEqualTo(Map.of("book", Integer.MAX_VALUE));
    }

    @Test
    void fold_manyAddsByOneHandle_keepsTheSumAndTheSize() {
        AddWinsCart cart = AddWinsCart.EMPTY;
        AddWinsCart all = cart;
        for (int i = 1; i <= 1_000; i++) {
            cart = cart.add("book", 1).stamp(ANN, i);
            all = AddWinsCart.merge(all, cart);
            assertThat(AddWinsCart.CODEC.encode(cart).length).isLessThan(250);
        }

        assertThat(cart.items()).isEqualTo(Map.of("book", 1_000));
        assertThat(all).isEqualTo(cart);
    }

    @Test
    void fold_twoBranchesOfOneActor_neverCountTwice() {
        AddWinsCart base = AddWinsCart.EMPTY;
        for (int i = 1; i <= 32; i++) {
            base = base.add("book", 1).stamp(ANN, i);
        }
        AddWinsCart folded = base.add("book", 1).stamp(ANN, 33);
        AddWinsCart blind = base.add("book", 1).stamp(ANN, 34);

        assertThat(folded.entries().get("book")).hasSize(1);
        assertThat(blind.entries().get("book")).hasSize(33);
        assertThat(AddWinsCart.merge(folded, blind).items()).isEqualTo(Map.of("book", 34));
    }

    @Test
    void fold_removeConcurrentWithIt_leavesTheFoldedQuantity() {
        AddWinsCart base = AddWinsCart.EMPTY;
        for (int i = 1; i <= 32; i++) {
            base = base.add("book", 1).stamp(ANN, i);
        }
        AddWinsCart folded = base.add("book", 1).stamp(ANN, 33);
        AddWinsCart removed = base.remove("book").stamp(BOB, 1);

        assertThat(AddWinsCart.merge(folded, removed).items()).isEqualTo(Map.of("book", 33));
    }
}
