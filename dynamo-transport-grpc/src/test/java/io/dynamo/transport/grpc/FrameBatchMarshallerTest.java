package io.dynamo.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.dynamo.transport.grpc.proto.Batch;
import io.grpc.Drainable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameBatchMarshallerTest {

    private final FrameBatchMarshaller marshaller = new FrameBatchMarshaller(1 << 20);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 128, 16_383, 16_384, 70_000})
    void batch_writtenByHand_isTheBatchOfTheSchema(int size) throws Exception {
        Random random = new Random(size);
        FrameBatch batch = new FrameBatch();
        Batch.Builder schema = Batch.newBuilder();
        for (int i = 0; i < 3; i++) {
            byte[] frame = new byte[size];
            random.nextBytes(frame);
            batch.add(frame);
            schema.addFrame(ByteString.copyFrom(frame));
        }
        byte[] expected = schema.build().toByteArray();
        InputStream stream = marshaller.stream(batch);
        assertThat(stream.available()).isEqualTo(expected.length);
        ByteArrayOutputStream drained = new ByteArrayOutputStream();
        assertThat(((Drainable) stream).drainTo(drained)).isEqualTo(expected.length);
        assertThat(drained.toByteArray()).isEqualTo(expected);
        assertThat(marshaller.stream(batch).readAllBytes()).isEqualTo(expected);
        assertThat(parse(expected).frames()).containsExactlyElementsOf(batch.frames());
    }

    @Test
    void batch_withAnythingButFrames_isRefused() {
        assertRefused(new byte[] {0x08, 1}, "field 1 only");
        assertRefused(new byte[] {0x0A}, "length ends early");
        assertRefused(new byte[] {0x0A, (byte) 0x80}, "length ends early");
        assertRefused(new byte[] {0x0A, -1, -1, -1, -1, -1, 1}, "more than 32 bits");
    }

    @Test
    void frame_longerThanTheLimitOrTheMessage_isRefusedBeforeItIsAllocated() {
        assertRefused(new byte[] {0x0A, 5, 1, 2, 3}, "a frame of 5 bytes");
        assertRefused(new byte[] {0x0A, -1, -1, -1, -1, 7}, "a frame of 2147483647 bytes");
        assertRefused(new byte[] {0x0A, -1, -1, -1, -1, 15}, "a frame of 4294967295 bytes");
        FrameBatch large = new FrameBatch();
        large.add(new byte[(1 << 20) + 1]);
        assertThat(marshaller.parse(marshaller.stream(large)).problem()).contains("at most 1048576");
    }

    @Test
    void batch_ofTooManyFrames_isRefused() {
        byte[] empties = new byte[2 * (FrameBatch.FRAMES_MAX + 1)];
        for (int i = 0; i < empties.length; i += 2) {
            empties[i] = 0x0A;
        }
        assertRefused(empties, "at most 1024 times");
    }

    @Test
    void randomBytes_areRefusedOrParsedButNeverWorse() {
        Random random = new Random(42);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            if (bytes.length > 0) {
                bytes[0] = 0x0A;
            }
            FrameBatch batch = parse(bytes);
            if (batch.problem() != null) {
                refused++;
                assertThat(batch.frames()).isEmpty();
            } else {
                assertThat(batch.encodedBytes()).isLessThanOrEqualTo(bytes.length);
            }
        }
        assertThat(refused).isBetween(1, 19_999);
    }

    private void assertRefused(byte[] bytes, String why) {
        assertThat(parse(bytes).problem()).contains("malformed batch").contains(why);
        assertThat(parse(bytes).frames()).isEmpty();
    }

    private FrameBatch parse(byte[] bytes) {
        return marshaller.parse(new ByteArrayInputStream(bytes));
    }
}
