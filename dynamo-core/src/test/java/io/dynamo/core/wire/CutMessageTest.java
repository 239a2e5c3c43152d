package io.dynamo.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.WriteId;
import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Dot;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Messages that are too long for a frame are cut, and no chunk is. */
class CutMessageTest {

    private static final Dot DOT = new Dot(new Actor(1, 2, 3), 5);

    /** A record with one value of this length. */
    static PutReplicaRequest put(long request, int valueBytes, long timeoutMicros) {
        byte[] value = new byte[valueBytes];
        new Random(request).nextBytes(value);
        VersionSet set = VersionSet.of(
                CausalContext.EMPTY.with(DOT), List.of(new Version(DOT, 77, 0, new WriteId(1, 42), value)));
        return new PutReplicaRequest(request, "carts", new byte[] {1}, set, false, timeoutMicros);
    }

    static Envelope from(String node, Message message) {
        return new Envelope(node, -1, -1, message);
    }

    @Test
    void everyChunk_isWithinTheLimit_andTheFewestAreMade() {
        for (int limit : new int[] {112, 113, 128, 300, 1024, 65_536}) {
            for (int bytes : new int[] {0, 1, 299, 300, 5_000, 300_000}) {
                CutMessage cut = new CutMessage(from("a-node-of-some-name", put(-1, bytes, Long.MAX_VALUE)), limit);

                assertThat(cut.count()).isGreaterThanOrEqualTo(1);
                for (int i = 0; i < Math.min(cut.count(), 500); i++) {
                    assertThat(cut.frame(i).bytes()).hasSizeLessThanOrEqualTo(limit);
                }
                int wholeBytes = MessageCodec.encodeUntimed(put(-1, bytes, 0)).length;
                assertThat((long) cut.count() * limit).isGreaterThan(wholeBytes);
                if (limit >= 1024) {
                    assertThat((long) (cut.count() - 1) * (limit - 112)).isLessThanOrEqualTo(wholeBytes);
                }
            }
        }
    }

    @Test
    void framesTooShortForAnything_makeNoChunks() {
        assertThat(new CutMessage(from("a", put(1, 10, 1)), 93).count()).isZero();
        assertThat(new CutMessage(from("a", put(1, 10, 1)), 0).count()).isZero();
        assertThat(new CutMessage(from("a", put(1, 10, 1)), 94).count()).isPositive();
    }

    @Test
    void sameMessage_sentLater_hasTheSamePieces() {
        Chunk first = chunk(new CutMessage(from("a", put(1, 1_000, 1_000_000)), 300), 1);
        Chunk again = chunk(new CutMessage(from("a", put(1, 1_000, 3)), 300), 1);
        Chunk other = chunk(new CutMessage(from("a", put(2, 1_000, 3)), 300), 1);

        assertThat(again.transfer()).isEqualTo(first.transfer()).isNotEqualTo(other.transfer());
        assertThat(again.piece()).isEqualTo(first.piece());
        assertThat(first.timeoutMicros()).isEqualTo(1_000_000);
        assertThat(again.timeoutMicros()).isEqualTo(3);
    }

    static Chunk chunk(CutMessage cut, int index) {
        return (Chunk) MessageFrame.open(cut.frame(index)).message();
    }
}
