package io.dynamo.api.cart;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** What both carts accept, and the strict text form of a sku. */
final class CartLimits {

    static final int SKU_BYTES_MAX = 256;
    static final int QUANTITY_MAX = 1_000_000;
    static final int ENCODED_BYTES_MAX = 1 << 20;

    private CartLimits() {}

    /** Checks a sku and a quantity of one call. */
    static void check(String sku, int quantity) {
        skuBytes(sku);
        if (quantity < 1 || quantity > QUANTITY_MAX) {
            throw new IllegalArgumentException("quantity = " + quantity + "; allowed: 1 to " + QUANTITY_MAX);
        }
    }

    /** UTF-8; text that has no exact UTF-8 form is refused, since it would come back as another text. */
    static byte[] skuBytes(String sku) {
        // A sku that is far too long is not encoded first.
        if (sku.isEmpty() || sku.length() > SKU_BYTES_MAX) {
            throw skuLength(sku.length() + " characters");
        }
        ByteBuffer encoded;
        try {
            encoded = StandardCharsets.UTF_8
                    .newEncoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .encode(CharBuffer.wrap(sku));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("sku is not valid Unicode text", e);
        }
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        if (bytes.length > SKU_BYTES_MAX) {
            throw skuLength(bytes.length + " bytes");
        }
        return bytes;
    }

    static String sku(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("sku is not UTF-8", e);
        }
    }

    /** Sums stop at the largest int instead of wrapping round. */
    static int saturated(long sum) {
        return (int) Math.min(sum, Integer.MAX_VALUE);
    }

    private static IllegalArgumentException skuLength(String size) {
        return new IllegalArgumentException("sku of " + size + "; allowed: 1 to " + SKU_BYTES_MAX + " bytes as UTF-8");
    }
}
