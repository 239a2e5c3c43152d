package io.dynamo.api.cart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dynamo.api.ReconcilerLaws;
import java.util.HexFormat;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class UnionCartTest {

    @Test
    void unionCart_removedItemConcurrentAdd_comesBackAsThePaperSays() {
        UnionCart both = UnionCart.EMPTY.add("book", 1);
        UnionCart removed = both.remove("book");
        UnionCart added = both.add("pen", 1);

        assertThat(removed.items()).isEmpty();
        assertThat(UnionCart.merge(removed, added).items()).isEqualTo(Map.of("book", 1, "pen", 1));
    }

    @Test
    void merge_sameSkuInBoth_takesTheLargerQuantity() {
        UnionCart one = UnionCart.EMPTY.add("book", 1);
        UnionCart more = UnionCart.EMPTY.add("book", 1).add("book", 2);

        assertThat(UnionCart.merge(one, more).items()).isEqualTo(Map.of("book", 3));
        assertThat(UnionCart.merge(one, one)).isEqualTo(one);
    }

    @Test
    void merge_anyCarts_isAJoin() {
        ReconcilerLaws.check(UnionCart::merge, UnionCartTest::cart, UnionCart.CODEC, 20_070_014, 10_000);
    }

    @Test
    void codec_knownCart_givesTheGoldenBytes() {
        UnionCart cart = UnionCart.EMPTY.add("b", 300).add("a", 1);

        assertThat(HexFormat.of().formatHex(UnionCart.CODEC.encode(cart)))
                .isEqualTo("01" + "02" + "016101" + "0162ac02");
        assertThat(UnionCart.CODEC.decode(HexFormat.of().parseHex("0102" + "016101" + "0162ac02")))
                .isEqualTo(cart);
    }

    @Test
    void decode_malformed_isRefused() {
        for (String bad : new String[] {
            "",
            "0200",
            "01",
            "0101",
            "0100ff",
            "01ffffff7f",
            "0101016100",
            "0102" + "016201" + "016101",
            "0101" + "01ff01"
        }) {
            assertThatIllegalArgumentException()
                    .as(bad)
                    .isThrownBy(() -> UnionCart.CODEC.decode(HexFormat.of().parseHex(bad)));
        }
    }

    @Test
    void limits_outside_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> UnionCart.EMPTY.add("", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> UnionCart.EMPTY.add("book", -1));
        assertThatIllegalArgumentException().isThrownBy(() -> UnionCart.EMPTY.remove("x".repeat(257)));
    }

    private static UnionCart cart(RandomGenerator random) {
        UnionCart cart = UnionCart.EMPTY;
        for (int i = random.nextInt(4); i > 0; i--) {
            cart = cart.add("sku" + random.nextInt(3), 1 + random.nextInt(3));
        }
        return cart;
    }
}
