package io.dynamo.core.wire;

import io.dynamo.spi.Frame;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/** A message that is too long for a frame, cut into chunks that are not. */
public final class CutMessage {

    /** All of a chunk's frame but the sender's name and the piece, every number as long as it gets. */
    private static final int HEADER_BYTES_MAX = 92;

    private final Envelope envelope;
    private final byte[] whole;
    private final long transfer;
    private final int count;

    /**
     * Cuts a message.
     *
     * @param envelope the message and its address; every chunk has the same address
     * @param frameBytesMax the longest frame
     */
    public CutMessage(Envelope envelope, int frameBytesMax) {
        this.envelope = envelope;
        this.whole = MessageCodec.encodeUntimed(envelope.message());
        this.transfer = nameOf(whole);
        int room = frameBytesMax - HEADER_BYTES_MAX - envelope.from().getBytes(StandardCharsets.UTF_8).length;
        this.count = room < 1 ? 0 : (whole.length - 1) / room + 1;
    }

    /**
     * How many chunks there are.
     *
     * @return 0 if frames are too short for even one byte of it
     */
    public int count() {
        return count;
    }

    /**
     * A chunk.
     *
     * @param index which, from 0 on
     * @return not longer than frames may be
     */
    public Frame frame(int index) {
        int from = (int) Chunk.offsetOf(index, count, whole.length);
        int to = (int) Math.min(whole.length, Chunk.offsetOf(index + 1, count, whole.length));
        long timeoutMicros = envelope.message() instanceof Message.Request request ? request.timeoutMicros() : 0;
        Chunk chunk =
                new Chunk(transfer, index, count, whole.length, timeoutMicros, Arrays.copyOfRange(whole, from, to));
        return new MessageFrame(
                new Envelope(envelope.from(), envelope.session(), envelope.placement(), envelope.heard(), chunk));
    }

    /** Two checksums beside each other: names the transfer, and shows at its end that all is as it was. */
    static long nameOf(byte[] whole) {
        return checksum(new CRC32C(), whole) << Integer.SIZE | checksum(new CRC32(), whole);
    }

    private static long checksum(Checksum kind, byte[] bytes) {
        kind.update(bytes);
        return kind.getValue();
    }
}
