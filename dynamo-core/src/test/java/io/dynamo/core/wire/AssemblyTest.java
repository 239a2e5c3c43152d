package io.dynamo.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.dynamo.core.wire.Assembly.Dropped;
import io.dynamo.core.wire.proto.Wire;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Chunks come lost, doubled, in any order, or from someone who means harm: a message is whole or it is not there. */
class AssemblyTest {

    private static final int FRAME = 300;
    private static final long AGE = 1_000;
    private static final Assembly.Limits LIMITS = new Assembly.Limits(64 << 10, 8, AGE);

    private final Assembly assembly = new Assembly(LIMITS);
    private long now;

    private static List<Envelope> chunks(String from, Message message) {
        CutMessage cut = new CutMessage(CutMessageTest.from(from, message), FRAME);
        List<Envelope> chunks = new ArrayList<>();
        for (int i = 0; i < cut.count(); i++) {
            chunks.add(MessageCodec.decode(cut.frame(i).bytes()));
        }
        return chunks;
    }

    private static Envelope with(Envelope chunk, Chunk other) {
        return new Envelope(chunk.from(), chunk.session(), chunk.placement(), other);
    }

    private static Chunk in(Envelope chunk) {
        return (Chunk) chunk.message();
    }

    /** What comes out; at most one message may. */
    private List<Envelope> take(List<Envelope> chunks) {
        List<Envelope> whole = new ArrayList<>();
        for (Envelope chunk : chunks) {
            Envelope out = assembly.take(chunk, in(chunk), now);
            if (out != null) {
                whole.add(out);
            }
        }
        return whole;
    }

    private static void assertSame(Envelope whole, String from, Message message) {
        assertThat(MessageCodec.encode(whole)).isEqualTo(MessageCodec.encode(CutMessageTest.from(from, message)));
    }

    private void assertHoldsNothing() {
        assertThat(assembly.isEmpty()).isTrue();
        assertThat(assembly.bytes()).isZero();
    }

    @Test
    void chunks_inOrder_areTheMessage() {
        PutReplicaRequest put = CutMessageTest.put(7, 5_000, 1_000_000);

        List<Envelope> whole = take(chunks("a", put));

        assertThat(whole).hasSize(1);
        assertSame(whole.get(0), "a", put);
        assertHoldsNothing();
        assertThat(assembly.dropped()).isEqualTo(new Dropped(0, 0, 0));
    }

    @Test
    void message_isAsOldAsItsOldestChunk_alsoIfThatComesAgain() {
        List<Envelope> chunks = chunks("a", CutMessageTest.put(7, 5_000, 1_000_000));
        List<Envelope> heard = new ArrayList<>();
        for (int i = 0; i < chunks.size(); i++) {
            Envelope one = chunks.get(i);
            heard.add(new Envelope("a", one.session(), one.placement(), i == 1 ? 5 : 7 + i, one.message()));
        }
        Envelope again = heard.get(1);
        heard.add(2, new Envelope("a", again.session(), again.placement(), 99, again.message()));

        assertThat(take(heard)).singleElement().extracting(Envelope::heard).isEqualTo(5L);
    }

    @Test
    void chunks_inAnyOrderAndDoubled_areTheMessage() {
        Random random = new Random(3);
        for (int run = 0; run < 200; run++) {
            PutReplicaRequest put = CutMessageTest.put(run, random.nextInt(5_000), 1_000_000);
            List<Envelope> shuffled = new ArrayList<>(chunks("a", put));
            // Second copies of all but one: of that one, none comes once the message is whole.
            shuffled.addAll(shuffled.subList(1, shuffled.size()));
            Envelope last = shuffled.remove(0);
            Collections.shuffle(shuffled, random);
            shuffled.add(last);

            List<Envelope> whole = take(shuffled);

            assertThat(whole).hasSize(1);
            assertSame(whole.get(0), "a", put);
            assertHoldsNothing();
        }
    }

    @Test
    void oneChunkMissing_nothingComesOut() {
        for (int missing = 0; missing < 5; missing++) {
            List<Envelope> most = chunks("a", CutMessageTest.put(missing, 1_000, 1));
            most.remove(missing);
            assertThat(take(most)).isEmpty();
        }
    }

    @Test
    void lostChunks_sentAgainWithLessTimeLeft_completeWhatCame() {
        List<Envelope> first = chunks("a", CutMessageTest.put(7, 1_000, 1_000_000));
        List<Envelope> again = chunks("a", CutMessageTest.put(7, 1_000, 750_000));
        first.remove(1);
        again.remove(0);
        assertThat(take(first)).isEmpty();

        List<Envelope> whole = take(again.subList(0, 1));

        assertThat(whole).hasSize(1);
        assertSame(whole.get(0), "a", CutMessageTest.put(7, 1_000, 750_000));
    }

    @Test
    void sameMessageSentAgain_comesOutAgain() {
        List<Envelope> chunks = chunks("a", CutMessageTest.put(7, 1_000, 1));

        assertThat(take(chunks)).hasSize(1);
        assertThat(take(chunks)).as("its answer may be what was lost").hasSize(1);
    }

    @Test
    void messagesOfSeveralSenders_interleaved_comeOutEachWhole() {
        List<Envelope> mixed = new ArrayList<>();
        for (String from : List.of("a", "b", "c")) {
            mixed.addAll(chunks(from, CutMessageTest.put(1, 900, 1)));
            mixed.addAll(chunks(from, CutMessageTest.put(2, 900, 1)));
        }
        Collections.shuffle(mixed, new Random(1));

        assertThat(take(mixed)).hasSize(6);
        assertHoldsNothing();
    }

    @Test
    void everyKindOfMessage_travelsInChunks() {
        for (Message message : MessageCodecTest.samples()) {
            if (!(message instanceof Chunk)) {
                List<Envelope> whole = new ArrayList<>();
                CutMessage cut = new CutMessage(CutMessageTest.from("a", message), 100);
                for (int i = cut.count() - 1; i >= 0; i--) {
                    Envelope chunk = MessageCodec.decode(cut.frame(i).bytes());
                    whole.addAll(take(List.of(chunk)));
                }
                assertThat(whole).hasSize(1);
                assertSame(whole.get(0), "a", message);
            }
        }
    }

    @Test
    void chunksOfTwoSessionsOrPlacements_areNeverPutTogether() {
        List<Envelope> chunks = chunks("a", CutMessageTest.put(7, 400, 1));
        Envelope first = chunks.remove(0);

        assertThat(take(List.of(new Envelope("a", 1, -1, first.message())))).isEmpty();
        assertThat(take(List.of(new Envelope("a", -1, 1, first.message())))).isEmpty();
        assertThat(take(List.of(new Envelope("b", -1, -1, first.message())))).isEmpty();
        assertThat(take(chunks)).isEmpty();
        assertThat(take(List.of(first))).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "count0, 0, 0, 5, 5",
        "countBelow0, 0, -1, 5, 5",
        "indexOutOfRange, 2, 2, 5, 2",
        "indexBelow0, -1, 2, 5, 3",
        "total0, 0, 1, 0, 0",
        "totalBelow0, 0, 2, -5, 3",
        "morePiecesThanBytes, 0, 6, 5, 1",
        "emptyPiece, 0, 2, 5, 0",
        "pieceThatReachesIntoTheNext, 0, 2, 5, 4",
        "pieceThatLeavesAGap, 0, 2, 5, 2",
        "lastPieceTooLong, 1, 2, 5, 3",
        "wholeIsThereBeforeTheLastPiece, 3, 4, 5, 1",
        "pieceBeyondTheWhole, 4, 5, 6, 1",
    })
    void chunkThatFitsNoMessage_isMalformed(String name, int index, int count, int total, int piece) {
        byte[] bytes = Wire.Envelope.newBuilder()
                .setFrom("a")
                .setChunk(Wire.Chunk.newBuilder()
                        .setIndex(index)
                        .setCount(count)
                        .setTotal(total)
                        .setPiece(ByteString.copyFrom(new byte[piece])))
                .build()
                .toByteArray();

        assertThatThrownBy(() -> MessageCodec.decode(bytes)).as(name).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void absurdTotal_takesNoMoreThanWhatArrived() {
        Assembly unlimited = new Assembly(new Assembly.Limits(Long.MAX_VALUE, 8, AGE));
        Envelope chunk = with(
                chunks("a", CutMessageTest.put(1, 1, 1)).get(0),
                new Chunk(1, 5, Integer.MAX_VALUE, Integer.MAX_VALUE, 1, new byte[1]));

        assertThat(unlimited.take(chunk, in(chunk), now)).isNull();

        assertThat(unlimited.bytes()).isLessThan(100);
    }

    @Test
    void messageThatNeverFits_isRefusedAtItsFirstChunk_andPushesNobodyOut() {
        List<Envelope> good = chunks("b", CutMessageTest.put(1, 1_000, 1));
        Envelope end = good.remove(0);
        take(good);

        take(chunks("a", CutMessageTest.put(2, 64 << 10, 1)));

        assertThat(assembly.dropped().overLimit()).isPositive();
        assertThat(take(List.of(end))).hasSize(1);
        assertHoldsNothing();
    }

    @Test
    void wrongChecksum_isDropped() {
        List<Envelope> chunks = chunks("a", CutMessageTest.put(1, 1_000, 1));
        chunks.replaceAll(chunk -> with(chunk, renamed(in(chunk), in(chunk).transfer() ^ 1)));

        assertThat(take(chunks)).isEmpty();
        assertThat(assembly.dropped()).isEqualTo(new Dropped(0, 0, 1));
        assertHoldsNothing();
    }

    private static Chunk renamed(Chunk chunk, long transfer) {
        return new Chunk(transfer, chunk.index(), chunk.count(), chunk.total(), chunk.timeoutMicros(), chunk.piece());
    }

    @Test
    void changedByte_isDropped_andTheMessageComesOutWhenSentAgain() {
        List<Envelope> chunks = chunks("a", CutMessageTest.put(1, 1_000, 1));
        byte[] changed = in(chunks.get(2)).piece().clone();
        changed[9] ^= 1;
        List<Envelope> damaged = new ArrayList<>(chunks);
        damaged.set(2, with(chunks.get(2), withPiece(in(chunks.get(2)), changed)));

        assertThat(take(damaged)).isEmpty();
        assertThat(assembly.dropped().damaged()).isEqualTo(1);
        assertThat(take(chunks)).hasSize(1);
    }

    private static Chunk withPiece(Chunk chunk, byte[] piece) {
        return new Chunk(chunk.transfer(), chunk.index(), chunk.count(), chunk.total(), chunk.timeoutMicros(), piece);
    }

    @Test
    void secondCopyWithOtherBytes_dropsTheMessage_andNoOther() {
        List<Envelope> chunks = chunks("a", CutMessageTest.put(1, 1_000, 1));
        List<Envelope> other = chunks("a", CutMessageTest.put(2, 1_000, 1));
        Envelope end = other.remove(0);
        take(other);
        take(chunks.subList(0, 2));
        byte[] changed = in(chunks.get(0)).piece().clone();
        changed[0] ^= 1;

        assertThat(take(List.of(with(chunks.get(0), withPiece(in(chunks.get(0)), changed)))))
                .isEmpty();

        assertThat(assembly.dropped()).isEqualTo(new Dropped(0, 0, 1));
        assertThat(take(chunks.subList(2, chunks.size()))).isEmpty();
        assertThat(take(chunks.subList(0, 2))).as("sent again").hasSize(1);
        assertThat(take(List.of(end))).hasSize(1);
    }

    @Test
    void otherTotalOrCount_underTheSameName_isAnotherMessage() {
        List<Envelope> chunks = chunks("a", CutMessageTest.put(1, 1_000, 1));
        Chunk real = in(chunks.get(0));
        Chunk longer = new Chunk(real.transfer(), 0, 2, 100, 1, new byte[50]);
        Chunk more = new Chunk(real.transfer(), 0, real.total(), real.total(), 1, new byte[] {1});

        take(List.of(with(chunks.get(0), longer), with(chunks.get(0), more)));

        assertThat(take(chunks)).hasSize(1);
    }

    @Test
    void chunkOfChunks_isDropped() {
        Chunk inner = new Chunk(1, 0, 1, 400, 1, new byte[400]);

        assertThat(take(chunks("a", inner))).isEmpty();
        assertThat(assembly.dropped()).isEqualTo(new Dropped(0, 0, 1));
    }

    @Test
    void wholeThatIsNoMessage_isDropped() {
        byte[] garbage = new byte[400];
        new Random(5).nextBytes(garbage);
        Chunk chunk = new Chunk(CutMessage.nameOf(garbage), 0, 1, garbage.length, 1, garbage);

        assertThat(assembly.take(CutMessageTest.from("a", chunk), chunk, now)).isNull();
        assertThat(assembly.dropped()).isEqualTo(new Dropped(0, 0, 1));
        assertHoldsNothing();
    }

    @Test
    void peerThatNeverFinishes_losesItsOwnAtTheByteLimit_othersAreUnaffected() {
        List<Envelope> good = chunks("b", CutMessageTest.put(1, 5_000, 1));
        Envelope end = good.remove(3);
        take(good);

        for (int i = 0; i < 6; i++) {
            List<Envelope> bad = chunks("a", CutMessageTest.put(100 + i, 30_000, 1));
            bad.remove(0);
            take(bad);
            assertThat(assembly.bytes()).isLessThanOrEqualTo(LIMITS.bytesMax());
        }

        assertThat(assembly.dropped().overLimit()).isPositive();
        assertThat(take(List.of(end))).as("the older message of the other").hasSize(1);
    }

    @Test
    void peerThatNeverFinishes_losesItsOwnAtTheLimitOfMessages_othersAreUnaffected() {
        List<Envelope> good = chunks("b", CutMessageTest.put(1, 5_000, 1));
        Envelope end = good.remove(3);
        take(good);

        for (int i = 0; i < 1_000; i++) {
            take(chunks("a", CutMessageTest.put(100 + i, 400, 1)).subList(0, 1));
        }

        assertThat(assembly.dropped().overLimit()).isEqualTo(1_000 - (LIMITS.messagesMax() - 1));
        assertThat(take(List.of(end))).hasSize(1);
        List<Envelope> latest = chunks("a", CutMessageTest.put(1_099, 400, 1));
        assertThat(take(latest.subList(1, latest.size())))
                .as("the oldest went, not the latest")
                .hasSize(1);
    }

    @Test
    void incompleteMessage_isGivenUpAfterItsAge_andItsMemoryWithIt() {
        List<Envelope> chunks = chunks("a", CutMessageTest.put(1, 1_000, 1));
        take(chunks.subList(0, 2));
        now = AGE;
        take(chunks.subList(2, 3));
        assembly.expire(now);
        assertThat(assembly.isEmpty()).isFalse();

        now = AGE + 1;
        assembly.expire(now);

        assertHoldsNothing();
        assertThat(assembly.dropped()).isEqualTo(new Dropped(0, 1, 0));
        assertThat(take(chunks.subList(3, chunks.size()))).isEmpty();
    }

    @Test
    void anyChunksAtAll_throwNothingAndStayWithinTheLimits() {
        Random random = new Random(11);
        List<Envelope> real = chunks("a", CutMessageTest.put(1, 2_000, 1));
        for (int i = 0; i < 20_000; i++) {
            now += random.nextInt(20);
            Envelope chunk = random.nextInt(4) == 0 ? real.get(random.nextInt(real.size())) : drawn(random);
            assembly.take(chunk, in(chunk), now);
            assertThat(assembly.bytes()).isBetween(0L, LIMITS.bytesMax());
        }
        assembly.expire(now + AGE + 1);
        assertHoldsNothing();
    }

    private static Envelope drawn(Random random) {
        int count = 1 + random.nextInt(6);
        int each = 1 + random.nextInt(3_000);
        int last = 1 + random.nextInt(each);
        int total = (count - 1) * each + last;
        int index = random.nextInt(count);
        byte[] piece = new byte[index == count - 1 ? last : each];
        random.nextBytes(piece);
        Message chunk;
        try {
            chunk = new Chunk(random.nextInt(3), index, count, total, random.nextLong(), piece);
        } catch (IllegalArgumentException e) {
            chunk = new Chunk(random.nextInt(3), 0, 1, 1, 1, new byte[1]);
        }
        return new Envelope(String.valueOf((char) ('a' + random.nextInt(4))), random.nextInt(2), 0, chunk);
    }
}
