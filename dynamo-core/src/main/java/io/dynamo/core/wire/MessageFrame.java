package io.dynamo.core.wire;

import io.dynamo.spi.Frame;
import org.jspecify.annotations.Nullable;

/** A frame that still knows its message: encoded only when a transport asks for bytes. */
public final class MessageFrame implements Frame {

    private final Envelope envelope;
    // A race encodes twice, to the same bytes.
    private byte @Nullable [] bytes;

    /**
     * Wraps a message.
     *
     * @param envelope the message and its address
     */
    public MessageFrame(Envelope envelope) {
        this.envelope = envelope;
    }

    /**
     * Opens a frame that arrived.
     *
     * @param frame from a transport
     * @return the message; decoded if it came as bytes
     * @throws IllegalArgumentException if the bytes are no message
     */
    public static Envelope open(Frame frame) {
        return frame instanceof MessageFrame own ? own.envelope : MessageCodec.decode(frame.bytes());
    }

    @Override
    public byte[] bytes() {
        byte[] encoded = bytes;
        if (encoded == null) {
            encoded = MessageCodec.encode(envelope);
            bytes = encoded;
        }
        return encoded;
    }

    @Override
    public String toString() {
        return envelope.from() + ": " + envelope.message();
    }
}
