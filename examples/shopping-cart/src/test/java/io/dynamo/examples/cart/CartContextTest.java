package io.dynamo.examples.cart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.Context;
import io.dynamo.api.InvalidContextException;
import io.dynamo.api.cart.AddWinsCart;
import org.junit.jupiter.api.Test;

class CartContextTest {

    private static final AddWinsCart CART =
            AddWinsCart.EMPTY.add("pen", 2).add("book", 1).stamp(-5, 1);
    private static final CartContext SEEN = new CartContext(Context.ofBytes(new byte[] {1, 2, 3, -4}), CART);

    @Test
    void text_readBack_isTheSame() {
        assertThat(CartContext.parse("alice", SEEN.toText("alice"))).isEqualTo(SEEN);
        CartContext blind = new CartContext(Context.none(), AddWinsCart.EMPTY);
        assertThat(CartContext.parse("alice", blind.toText("alice"))).isEqualTo(blind);
    }

    @Test
    void text_ofAnotherCart_isRefused() {
        refused("bob", SEEN.toText("alice"));
    }

    @Test
    void text_changedAtAnyPlaceOrCut_isRefused() {
        String text = SEEN.toText("alice");
        for (int i = 0; i < text.length(); i++) {
            char other = text.charAt(i) == 'A' ? 'B' : 'A';
            refused("alice", text.substring(0, i));
            // The last character may hold bits that mean nothing.
            if (i < text.length() - 1) {
                refused("alice", text.substring(0, i) + other + text.substring(i + 1));
            }
        }
        refused("alice", text + "AAAA");
        refused("alice", "not base64!");
        refused("alice", "A".repeat(CartContext.TEXT_MAX + 1));
    }

    private static void refused(String cart, String text) {
        assertThatThrownBy(() -> CartContext.parse(cart, text)).isInstanceOf(InvalidContextException.class);
    }
}
