package io.dynamo.spi;

import java.nio.ByteBuffer;

/**
 * One message on its way, opaque to transports. A frame made by the core encodes itself when its bytes are first asked
 * for; a transport within one process hands the frame over as it is.
 *
 * <p>Thread: safe for use by many threads.
 */
public interface Frame {

    /**
     * The bytes of the message.
     *
     * @return the whole array; not to be changed
     */
    byte[] bytes();

    /**
     * Wraps bytes that came over a wire.
     *
     * @param bytes exactly one message; kept, not copied, and never changed again: what is read from it points into it
     * @return the frame
     */
    static Frame of(byte[] bytes) {
        return new Frame() {
            @Override
            public byte[] bytes() {
                return bytes;
            }

            @Override
            public String toString() {
                return "Frame[" + ByteBuffer.wrap(bytes).remaining() + " bytes]";
            }
        };
    }
}
