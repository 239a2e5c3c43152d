package io.dynamo.api.cart;

import java.io.ByteArrayOutputStream;

/** Writes the encoded form of a cart. */
final class CartWriter {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(64);

    CartWriter(int version) {
        out.write(version);
    }

    /** Seven bits a byte, lowest first. */
    void number(long value) {
        long rest = value;
        while (rest > 0x7f) {
            out.write((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    void fixed(long value) {
        for (int shift = Long.SIZE - 8; shift >= 0; shift -= 8) {
            out.write((int) (value >>> shift));
        }
    }

    void sku(String sku) {
        byte[] text = CartLimits.skuBytes(sku);
        number(text.length);
        out.write(text, 0, text.length);
    }

    byte[] toBytes() {
        if (out.size() > CartLimits.ENCODED_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "cart of " + out.size() + " bytes; at most " + CartLimits.ENCODED_BYTES_MAX + " are written");
        }
        return out.toByteArray();
    }
}
