package io.dynamo.core.causality;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes and reads the small binary forms of this package: variable-length numbers and length-prefixed bytes. */
final class Bytes {

    private Bytes() {}

    /** Grows as it is written. */
    static final class Writer {
        private byte[] bytes;
        private int size;

        Writer(int capacity) {
            bytes = new byte[Math.max(16, capacity)];
        }

        Writer u8(int value) {
            room(1);
            bytes[size++] = (byte) value;
            return this;
        }

        Writer u64(long value) {
            room(8);
            for (int shift = 56; shift >= 0; shift -= 8) {
                bytes[size++] = (byte) (value >>> shift);
            }
            return this;
        }

        Writer varint(long value) {
            room(10);
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                bytes[size++] = (byte) ((rest & 0x7f) | 0x80);
                rest >>>= 7;
            }
            bytes[size++] = (byte) rest;
            return this;
        }

        Writer raw(byte[] source) {
            room(source.length);
            System.arraycopy(source, 0, bytes, size, source.length);
            size += source.length;
            return this;
        }

        byte[] done() {
            return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        }

        private void room(int more) {
            if (bytes.length - size < more) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
            }
        }
    }

    /** Refuses everything that a {@link Writer} could not have written. */
    static final class Reader {
        private final byte[] bytes;
        private final int end;
        private int at;

        Reader(byte[] bytes, int from, int to) {
            this.bytes = bytes;
            this.at = from;
            this.end = to;
        }

        int u8() {
            need(1);
            return bytes[at++] & 0xff;
        }

        long u64() {
            need(8);
            long value = 0;
            for (int i = 0; i < 8; i++) {
                value = (value << 8) | (bytes[at++] & 0xff);
            }
            return value;
        }

        long varint() {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                int next = u8();
                value |= (long) (next & 0x7f) << shift;
                if ((next & 0x80) == 0) {
                    if (next == 0 && shift > 0) {
                        throw malformed("a number in more bytes than it needs");
                    }
                    if (shift == 63 && next > 1) {
                        throw malformed("a number over 64 bits");
                    }
                    return value;
                }
            }
            throw malformed("a number over 64 bits");
        }

        /** A count of things that take at least {@code bytesEach} bytes: never more than the input can hold. */
        int count(int bytesEach) {
            long count = varint();
            if (count < 0 || count > (end - at) / bytesEach) {
                throw malformed("a count of " + Long.toUnsignedString(count) + " in " + (end - at) + " bytes");
            }
            return (int) count;
        }

        byte[] raw(int length) {
            need(length);
            at += length;
            return Arrays.copyOfRange(bytes, at - length, at);
        }

        int position() {
            return at;
        }

        void end() {
            if (at != end) {
                throw malformed((end - at) + " bytes too many");
            }
        }

        private void need(int length) {
            if (length < 0 || end - at < length) {
                throw malformed("cut short");
            }
        }

        IllegalArgumentException malformed(@Nullable String what) {
            return new IllegalArgumentException("malformed at byte " + at + ": " + what);
        }
    }
}
