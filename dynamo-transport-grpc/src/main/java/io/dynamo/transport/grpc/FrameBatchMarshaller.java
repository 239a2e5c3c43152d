package io.dynamo.transport.grpc;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads {@code dynamo.internal.v1.Batch} by hand: each frame is copied once on its way out, into the socket's
 * buffer, and once on its way in, into an array of its own. Generated code would copy twice each way.
 */
final class FrameBatchMarshaller implements MethodDescriptor.Marshaller<FrameBatch> {

    /** Field 1, length-delimited. */
    private static final int TAG = 0x0A;

    private final int maxFrameBytes;

    FrameBatchMarshaller(int maxFrameBytes) {
        this.maxFrameBytes = maxFrameBytes;
    }

    @Override
    public InputStream stream(FrameBatch batch) {
        return new Encoded(batch);
    }

    @Override
    public FrameBatch parse(InputStream in) {
        try {
            FrameBatch batch = new FrameBatch();
            for (int tag = in.read(); tag != -1; tag = in.read()) {
                if (tag != TAG || batch.frames().size() == FrameBatch.FRAMES_MAX) {
                    throw malformed("a batch holds field 1 only, at most " + FrameBatch.FRAMES_MAX + " times");
                }
                batch.add(readFrame(in));
            }
            return batch;
        } catch (ProtocolException e) {
            // Not thrown: gRPC would log a stack trace for each such message of any stranger.
            return FrameBatch.malformed(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] readFrame(InputStream in) throws IOException {
        int length = readLength(in);
        // Before anything is allocated: a length is the peer's word, what is available is a fact.
        if (length < 0 || length > maxFrameBytes || length > in.available()) {
            throw malformed("a frame of " + Integer.toUnsignedString(length) + " bytes; at most " + maxFrameBytes
                    + ", and " + in.available() + " are left in the message");
        }
        byte[] frame = new byte[length];
        if (in.readNBytes(frame, 0, length) != length) {
            throw malformed("a frame ends early");
        }
        return frame;
    }

    private static int readLength(InputStream in) throws IOException {
        int length = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += 7) {
            int next = in.read();
            if (next == -1) {
                throw malformed("a length ends early");
            }
            length |= (next & 0x7f) << shift;
            if (next < 0x80) {
                return length;
            }
        }
        throw malformed("a length of more than 32 bits");
    }

    private static IOException malformed(String what) {
        return new ProtocolException("malformed batch: " + what);
    }

    /** A batch as gRPC takes it: drained straight into the buffer that goes to the socket. */
    private static final class Encoded extends InputStream implements Drainable, KnownLength {
        private final FrameBatch batch;
        private @Nullable InputStream plain;

        Encoded(FrameBatch batch) {
            this.batch = batch;
        }

        @Override
        public int drainTo(OutputStream out) throws IOException {
            for (byte[] frame : batch.frames()) {
                out.write(TAG);
                int length = frame.length;
                for (; length >= 0x80; length >>>= 7) {
                    out.write(length | 0x80);
                }
                out.write(length);
                out.write(frame);
            }
            return batch.encodedBytes();
        }

        @Override
        public int available() throws IOException {
            return plain == null ? batch.encodedBytes() : plain.available();
        }

        @Override
        public int read() throws IOException {
            return plain().read();
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            return plain().read(to, offset, length);
        }

        private InputStream plain() throws IOException {
            InputStream open = plain;
            if (open == null) {
                ByteArrayOutputStream out = new ByteArrayOutputStream(batch.encodedBytes());
                drainTo(out);
                open = new ByteArrayInputStream(out.toByteArray());
                plain = open;
            }
            return open;
        }
    }
}
