package io.dynamo.transport.grpc;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Frames that travel in one gRPC message, because they were waiting together. A frame alone travels at once.
 *
 * <p>Thread: filled by one thread, then handed over.
 */
final class FrameBatch {

    /** A receiver refuses more: empty frames would otherwise turn a small message into millions of calls. */
    static final int FRAMES_MAX = 1_024;

    private final List<byte[]> frames = new ArrayList<>(4);
    private int encodedBytes;
    private @Nullable String problem;

    /** What came in place of a batch. */
    static FrameBatch malformed(String problem) {
        FrameBatch batch = new FrameBatch();
        batch.problem = problem;
        return batch;
    }

    /** Why nothing of a message is to be used; null if it is well formed. */
    @Nullable
    String problem() {
        return problem;
    }

    void add(byte[] frame) {
        frames.add(frame);
        encodedBytes += encodedBytes(frame.length);
    }

    List<byte[]> frames() {
        return frames;
    }

    /** The length of the whole message. */
    int encodedBytes() {
        return encodedBytes;
    }

    /** The bytes one frame takes in a message: tag, length as a varint, content. */
    static int encodedBytes(int frameBytes) {
        int lengthBytes = (Integer.SIZE - Integer.numberOfLeadingZeros(frameBytes | 1) + 6) / 7;
        return 1 + lengthBytes + frameBytes;
    }
}
