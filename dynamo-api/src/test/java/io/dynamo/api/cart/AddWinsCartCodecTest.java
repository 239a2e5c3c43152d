package io.dynamo.api.cart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddWinsCartCodecTest {

    @Test
    void encode_knownCart_givesTheGoldenBytes() {
        AddWinsCart cart = AddWinsCart.EMPTY
                .add("b", 5)
                .stamp(5, 1)
                .add("c", 7)
                .stamp(5, 2)
                .add("d", 1)
                .stamp(9, 4)
                .remove("d")
                .stamp(-1, 1);
        String golden = "01" // version
                + "03" // actors
                + "ffffffffffffffff" + "01" + "0101"
                + "0000000000000005" + "01" + "0102"
                + "0000000000000009" + "01" + "0401"
                + "02" // skus
                + "0162" + "01" + "010105"
                + "0163" + "01" + "010207";

        assertThat(HexFormat.of().formatHex(AddWinsCart.CODEC.encode(cart))).isEqualTo(golden);
        assertThat(AddWinsCart.CODEC.decode(HexFormat.of().parseHex(golden))).isEqualTo(cart);
        assertThat(AddWinsCart.CODEC.encode(AddWinsCart.EMPTY)).containsExactly(1, 0, 0);
    }

    @Test
    void decode_extremeCounters_comeBack() {
        AddWinsCart cart = AddWinsCart.EMPTY.add("b", 1).stamp(Long.MIN_VALUE, Long.MAX_VALUE);

        AddWinsCart back = AddWinsCart.CODEC.decode(AddWinsCart.CODEC.encode(cart));

        assertThat(back).isEqualTo(cart);
        assertThat(AddWinsCart.merge(back, AddWinsCart.EMPTY.add("c", 1).stamp(Long.MIN_VALUE, 1))
                        .items())
                .hasSize(2);
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | cart format -1",
                "020000 | cart format 2",
                "01 | cut short",
                "01ff | cut short",
                "01000000 | bytes left over",
                "01ffffffff0f00 | number out of range",
                "01ffffffffffffffffffff01 | number too long",
                "01800000 | shortest form",
                "01 01 A 00 0000 | actor without a dot",
                "01 01 A 01 0001 00 | number out of range",
                "01 01 A 01 0100 00 | number out of range",
                "01 01 A 02 0101 0101 00 | number out of range",
                "01 01 A 01 01ffffffffffffffffff01 00 | number too long",
                "01 01 A 01 02ffffffffffffffff7f 00 | number out of range",
                "01 02 A 01 0101 A 01 0101 00 | actors not ascending",
                "01 01 A 01 0101 01 0162 00 0000 | sku without a dot",
                "01 01 A 01 0101 01 0162 01 010101 | unknown actor",
                "01 01 A 01 0101 01 0162 01 000201 | a dot that was not seen",
                "01 01 A 01 0101 01 0162 01 000100 | number out of range",
                "01 01 A 01 0101 01 0162 01 00018080808008 | number out of range",
                "01 01 A 01 0101 01 0162 02 000101 000101 | dots not ascending",
                "01 01 A 01 0101 01 00 01 00010101 | number out of range",
                "01 01 A 01 0101 01 7f 01 00010101 | cut short",
                "01 01 A 01 0101 01 01ff 01 000101 | sku is not UTF-8",
                "01 01 A 01 0101 02 0162 01 000101 0162 01 000101 | skus not ascending",
                "01 01 A 01 0101 7f 0162 01 000101 | number out of range",
            })
    void decode_malformed_isRefused(String bytes, String reason) {
        byte[] bad = HexFormat.of().parseHex(bytes.replace(" ", "").replace("A", "0000000000000005"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> AddWinsCart.CODEC.decode(bad))
                .withMessageContaining(reason);
    }

    @Test
    void decode_oversized_isRefusedBeforeItIsRead() {
        byte[] huge = new byte[CartLimits.ENCODED_BYTES_MAX + 1];
        huge[0] = 1;

        assertThatIllegalArgumentException()
                .isThrownBy(() -> AddWinsCart.CODEC.decode(huge))
                .withMessageContaining("at most 1048576");
    }

    @Test
    void encode_cartAboveTheLimit_isRefused() {
        AddWinsCart cart = AddWinsCart.EMPTY;
        for (int i = 0; i < 50; i++) {
            AddWinsCart part = AddWinsCart.EMPTY;
            for (int j = 0; j < 100; j++) {
                part = part.add("x".repeat(240) + i + "-" + j, 1);
            }
            cart = AddWinsCart.merge(cart, part.stamp(i, 1));
        }
        AddWinsCart large = cart;

        assertThatIllegalArgumentException().isThrownBy(() -> AddWinsCart.CODEC.encode(large));
    }

    @Test
    void decode_anyChangedByte_isRefusedOrIsAnotherValidCart() {
        SplittableRandom random = new SplittableRandom(20_070_014);
        CartHistory history = new CartHistory(random);
        int refused = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = AddWinsCart.CODEC.encode((i % 50 < 20 ? history.step() : history.any()).cart());
            if (i % 50 == 49) {
                history = new CartHistory(random);
            }
            byte[] bad = random.nextBoolean() ? bytes.clone() : Arrays.copyOf(bytes, random.nextInt(bytes.length));
            if (bad.length == bytes.length) {
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                assertThat(AddWinsCart.CODEC.encode(AddWinsCart.CODEC.decode(bad)))
                        .isEqualTo(bad);
            } catch (IllegalArgumentException expected) {
                refused++;
            }
        }
        assertThat(refused).isBetween(2_000, 4_999);
    }
}
