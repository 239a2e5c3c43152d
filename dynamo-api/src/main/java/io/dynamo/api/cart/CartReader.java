package io.dynamo.api.cart;

/** Reads the encoded form of a cart; everything unexpected is an {@link IllegalArgumentException}. */
final class CartReader {

    private final byte[] bytes;
    private int position;

    /** Checks size and version. */
    CartReader(byte[] bytes, int version) {
        this.bytes = bytes;
        if (bytes.length > CartLimits.ENCODED_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "cart of " + bytes.length + " bytes; at most " + CartLimits.ENCODED_BYTES_MAX + " are read");
        }
        int found = bytes.length == 0 ? -1 : bytes[position++];
        if (found != version) {
            throw new IllegalArgumentException("cart format " + found + "; this version reads " + version);
        }
    }

    /** A number from {@code min} to {@code max}, in its shortest form. */
    long number(long min, long max) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            require(shift < 63, "number too long");
            byte next = next();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                require(shift == 0 || next != 0, "number not in its shortest form");
                break;
            }
        }
        require(value >= min && value <= max, "number out of range");
        return value;
    }

    /** How many elements follow, each of which takes at least so many bytes: a lie is found before anything is made. */
    int count(int bytesEachMin) {
        return (int) number(0, (bytes.length - position) / bytesEachMin);
    }

    long fixed() {
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = value << 8 | (next() & 0xff);
        }
        return value;
    }

    String sku() {
        int length = (int) number(1, CartLimits.SKU_BYTES_MAX);
        require(length <= bytes.length - position, "cut short");
        byte[] text = new byte[length];
        System.arraycopy(bytes, position, text, 0, length);
        position += length;
        return CartLimits.sku(text);
    }

    void end() {
        require(position == bytes.length, "bytes left over");
    }

    void require(boolean valid, String problem) {
        if (!valid) {
            throw new IllegalArgumentException("malformed cart at byte " + position + ": " + problem);
        }
    }

    private byte next() {
        require(position < bytes.length, "cut short");
        return bytes[position++];
    }
}
