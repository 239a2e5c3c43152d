package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.DynamoConfig;
import io.dynamo.core.config.NodeSettings;
import io.dynamo.core.config.SettingsReader;
import io.dynamo.core.wire.Chunk;
import io.dynamo.core.wire.CutMessage;
import io.dynamo.core.wire.Envelope;
import io.dynamo.core.wire.GetReplicaRequest;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.MessageFrame;
import io.dynamo.spi.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of frames before a node sees their messages. */
class FrameReceiverTest {

    private static final int LIMIT = 4_096;
    private static final GetReplicaRequest GET = new GetReplicaRequest(7, "notes", new byte[900], 1_000_000);

    private final TestTime time = new TestTime();
    private final List<Message> received = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();
    private Runnable onMessage = () -> {};
    private final FrameReceiver receiver = new FrameReceiver(
            new TestRuntime(time, 1, 0),
            settings(),
            id -> id.equals("b"),
            envelope -> {
                received.add(envelope.message());
                onMessage.run();
            },
            failures::add);

    private static NodeSettings settings() {
        return SettingsReader.read(DynamoConfig.empty()
                        .with("limits.chunk-bytes", LIMIT)
                        .with("limits.record", 1_024)
                        .with("limits.value", 1_024))
                .require(List.of());
    }

    private static List<Frame> chunks(String from) {
        CutMessage cut = new CutMessage(new Envelope(from, 1, 2, GET), 300);
        List<Frame> chunks = new ArrayList<>();
        for (int i = 0; i < cut.count(); i++) {
            chunks.add(cut.frame(i));
        }
        return chunks;
    }

    @Test
    void chunksOfAMember_areHandedOnAsOneMessage() {
        chunks("b").forEach(receiver::receive);

        assertThat(received).usingRecursiveFieldByFieldElementComparator().containsExactly(GET);
        assertThat(failures).isEmpty();
    }

    @Test
    void chunksOfAStranger_areDropped() {
        chunks("x").forEach(receiver::receive);

        assertThat(received).isEmpty();
    }

    @Test
    void bytesThatAreNoMessage_areDropped() {
        receiver.receive(Frame.of(new byte[] {1, 2, 3}));
        receiver.receive(Frame.of(new byte[0]));

        assertThat(received).isEmpty();
        assertThat(failures).isEmpty();
    }

    @Test
    void chunksThatComeWhileOthersAreWorkedOn_areBounded() {
        // The lane is busy while a message is handed on: what comes now waits.
        onMessage = () -> {
            for (int i = 0; i < 100; i++) {
                Chunk chunk = new Chunk(i, 0, 2, 1_000, 1, new byte[500]);
                receiver.receive(new MessageFrame(new Envelope("b", 1, 2, chunk)));
            }
        };

        chunks("b").forEach(receiver::receive);

        assertThat(receiver.dropped().overLimit()).isGreaterThanOrEqualTo(100 - LIMIT / 500);
        onMessage = () -> {};
        time.run(Duration.ofSeconds(1));
        chunks("b").forEach(receiver::receive);
        assertThat(received).as("the receiver goes on").hasSize(2);
        assertThat(failures).isEmpty();
    }

    @Test
    void incompleteMessages_areGivenUpAlthoughNothingMoreComes() {
        receiver.receive(chunks("b").get(0));

        time.run(Duration.ofSeconds(25));

        assertThat(receiver.dropped().expired()).isEqualTo(1);
    }
}
