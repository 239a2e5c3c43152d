package io.dynamo.core.causality;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes and reads the small binary forms of this package: variable-length numbers and length-prefixed bytes. */
final class Bytes {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Bytes() {}

    /** How many bytes a number takes. */
    static int sizeOfVarint(long value) {
        return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
    }

    /** Grows as it is written, or only counts, so that the real one need not grow. */
    static final class Writer {
        private byte @Nullable [] bytes;
        private int size;

        Writer(int capacity) {
            bytes = new byte[capacity];
        }

        /** One that writes into an array, from a place on; there has to be room. */
        Writer(byte[] into, int from) {
            bytes = into;
            size = from;
        }

        private Writer() {}

        /** One that keeps nothing but {@link #size()}. */
        static Writer counting() {
            return new Writer();
        }

        Writer u8(int value) {
            byte[] to = room(1);
            if (to != null) {
                to[size] = (byte) value;
            }
            size++;
            return this;
        }

        Writer u64(long value) {
            byte[] to = room(Long.BYTES);
            if (to != null) {
                LONG.set(to, size, value);
            }
            size += Long.BYTES;
            return this;
        }

        Writer varint(long value) {
            int length = sizeOfVarint(value);
            byte[] to = room(length);
            if (to != null) {
                long rest = value;
                for (int i = 0; i < length - 1; i++) {
                    to[size + i] = (byte) ((rest & 0x7f) | 0x80);
                    rest >>>= 7;
                }
                to[size + length - 1] = (byte) rest;
            }
            size += length;
            return this;
        }

        Writer raw(Slice source) {
            byte[] to = room(source.length());
            if (to != null) {
                System.arraycopy(source.array(), source.from(), to, size, source.length());
            }
            size += source.length();
            return this;
        }

        int size() {
            return size;
        }

        byte[] done() {
            byte[] all = room(0);
            if (all == null) {
                throw new IllegalStateException("a counting writer has no bytes");
            }
            return size == all.length ? all : Arrays.copyOf(all, size);
        }

        /** Where to write; null if it only counts. */
        private byte @Nullable [] room(int more) {
            byte[] present = bytes;
            if (present != null && present.length - size < more) {
                present = Arrays.copyOf(present, Math.max(present.length * 2, size + more));
                bytes = present;
            }
            return present;
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
            need(Long.BYTES);
            at += Long.BYTES;
            return (long) LONG.get(bytes, at - Long.BYTES);
        }

        long varint() {
            if (at < end && bytes[at] >= 0) {
                return bytes[at++];
            }
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

        Slice slice(int length) {
            need(length);
            at += length;
            return new Slice(bytes, at - length, length);
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
