package io.dynamo.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.google.protobuf.ByteString;
import io.dynamo.api.Outcome;
import io.dynamo.api.ReplicaAnswer;
import io.dynamo.api.WriteId;
import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Dot;
import io.dynamo.core.causality.Slice;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.tree.Digest;
import io.dynamo.core.tree.Prefix;
import io.dynamo.core.wire.HelloResponse.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every message goes over the wire and back, to bytes that never change within a version. */
class MessageCodecTest {

    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden", "messages.txt");
    private static final byte[] KEY = "cart-1".getBytes(StandardCharsets.UTF_8);
    private static final Actor ACTOR = new Actor(1, 2, 3);
    private static final Dot DOT = new Dot(ACTOR, 5);
    private static final WriteId ID = new WriteId(1_700_000_000_000L, 42);
    private static final CausalContext SEEN =
            CausalContext.EMPTY.with(new Dot(ACTOR, 1)).with(DOT);
    private static final VersionSet SET =
            VersionSet.of(SEEN, List.of(new Version(DOT, 77, 0, ID, new byte[] {1, 2, 3}), tombstone()));

    private static Version tombstone() {
        return new Version(new Dot(ACTOR, 1), 76, 0, new WriteId(1_700_000_000_000L, 41), (byte[]) null);
    }

    private static final Hello HELLO = new Hello(
            "shop",
            1,
            new byte[] {9, 8, 7},
            0x1234_5678_9abc_def1L,
            List.of(new Hello.Setting("cluster.partitions", "256"), new Hello.Setting("quorum.n", "3")),
            0,
            Hello.Copy.started(0),
            0,
            Hello.Background.NONE);

    /** One of each, and of each branch in it. */
    static List<Message> samples() {
        ReplicaAnswer answer =
                new ReplicaAnswer("b", ReplicaAnswer.Status.NO_ANSWER, Duration.ofMillis(12), "too slow");
        List<Message> samples = new ArrayList<>(List.of(
                HELLO,
                new HelloResponse(Verdict.ACCEPTED, HELLO, 0, 0),
                new HelloResponse(Verdict.fatal("wiped"), HELLO, 0, 0),
                new GetReplicaRequest(11, "carts", KEY, 1_000_000),
                new GetReplicaResponse(11, SET),
                new GetReplicaResponse(11, VersionSet.EMPTY),
                new PutReplicaRequest(0, "carts", KEY, SET, true, 1_000_000),
                new PutReplicaResponse(12, true),
                new CoordinatePutResponse(
                        13,
                        CoordinatePutResponse.Failure.NONE,
                        "",
                        Outcome.NOT_APPLIED,
                        0,
                        0,
                        List.of(answer),
                        Optional.of(DOT),
                        77),
                new ListKeysRequest(14, "carts", 255, KEY, 256, 1_000_000),
                new ListKeysResponse(14, List.of(new ListKeysResponse.Entry(KEY, SET.withoutValues())), true)));
        for (CoordinatePutRequest.Before before : CoordinatePutRequest.Before.values()) {
            byte[] value = before == CoordinatePutRequest.Before.HERE ? null : new byte[] {4};
            samples.add(new CoordinatePutRequest(
                    13,
                    "carts",
                    KEY,
                    new CoordinatePutRequest.Write(ID, SEEN, value == null, 76, value, 0),
                    new CoordinatePutRequest.Quorum(2, 1, 0),
                    before,
                    1_000_000));
        }
        for (CoordinatePutResponse.Failure failure : CoordinatePutResponse.Failure.values()) {
            if (failure != CoordinatePutResponse.Failure.HINTS_FULL) {
                samples.add(failed(failure, answer));
            }
        }
        for (Rejection.Reason reason : Rejection.Reason.values()) {
            if (reason.number() < Rejection.Reason.HINTS_FULL.number()) {
                samples.add(new Rejection(15, reason, "why"));
            }
        }
        samples.add(new Chunk(0x3132_3334_3536_3738L, 0, 2, 5, 1_000_000, new byte[] {1, 2, 3}));
        samples.add(new Chunk(0x3132_3334_3536_3738L, 1, 2, 5, 0, new byte[] {4, 5}));
        samples.addAll(ofGreetings());
        samples.add(new PutReplicaRequest(16, "carts", KEY, SET, false, 1_000_000, SEEN));
        samples.addAll(List.of(new ProbeRequest(0x1ff, 17, 800_000), new ProbeResponse(0x1ff)));
        samples.add(new PutReplicaRequest(
                17, "carts", KEY, SET, false, 1_000_000, CausalContext.EMPTY, List.of("b", "node-c")));
        samples.addAll(List.of(
                failed(CoordinatePutResponse.Failure.HINTS_FULL, answer),
                new Rejection(15, Rejection.Reason.HINTS_FULL, "why")));
        samples.addAll(ofTrees());
        samples.addAll(ofWhatHeals());
        return samples;
    }

    private static List<Message> ofWhatHeals() {
        List<Message> samples = new ArrayList<>(List.of(ofAValueThatExpires()));
        samples.addAll(ofThoseWhoForget());
        samples.addAll(ofThoseOnAnOlderCopy());
        samples.addAll(ofThoseWhoTellOfOthers());
        return samples;
    }

    private static List<Message> ofThoseWhoTellOfOthers() {
        long table = 0x6162_6364_6566_6768L;
        return List.of(
                new Hello(
                        "shop",
                        5,
                        new byte[] {9},
                        1,
                        List.of(),
                        300,
                        Hello.Copy.started(0),
                        table,
                        Hello.Background.NONE),
                new MemberTableMessage(new byte[] {1, 2, 3}, false),
                new MemberTableMessage(new byte[] {1, 2, 3}, true));
    }

    private static List<Message> ofThoseWhoForget() {
        SettleRequest.Item entries = new SettleRequest.Item(KEY, Digest.NONE, SEEN);
        return List.of(
                new SettleRequest(22, SettleRequest.Step.VOTE, 255, 300, "carts", List.of(entries), 1_000_000),
                CompareRecordResponse.removed(21, SEEN));
    }

    private static List<Message> ofGreetings() {
        return List.of(
                new HelloResponse(Verdict.fatal("wiped"), HELLO, 0x2122_2324_2526_2728L, 0),
                new HelloResponse(Verdict.ACCEPTED, HELLO, 0x2122_2324_2526_2728L, 300),
                new Hello(
                        "shop",
                        1,
                        new byte[] {3, 9, 8, 7},
                        1,
                        List.of(),
                        300,
                        Hello.Copy.started(0),
                        0,
                        Hello.Background.NONE),
                new Hello(
                        "shop",
                        2,
                        new byte[] {9},
                        1,
                        List.of(),
                        0,
                        Hello.Copy.started(1_700_000_000_000L),
                        0,
                        new Hello.Background(1.0 / 32, true)));
    }

    private static List<Message> ofThoseOnAnOlderCopy() {
        Hello.Copy told = new Hello.Copy(
                1_700_000_000_000L,
                new Hello.Found(1_600_000_000_000L, 300, 1_500_000_000_000L, 200, 1_550_000_000_000L),
                400,
                true,
                false,
                List.of(new Hello.Settled(3, 9, 1_650_000_000_000L, 8), new Hello.Settled(300, 1, 0, 0)));
        return List.of(
                new HelloResponse(Verdict.wentBack("you"), HELLO, 0x2122_2324_2526_2728L, 302),
                new Hello("shop", 2, new byte[] {9}, 1, List.of(), 0, told, 0, Hello.Background.NONE),
                new Hello(
                        "shop",
                        2,
                        new byte[] {9},
                        1,
                        List.of(),
                        0,
                        new Hello.Copy(0, Hello.Found.NOTHING, 0, false, true, List.of()),
                        0,
                        Hello.Background.NONE));
    }

    private static Message ofAValueThatExpires() {
        return new CoordinatePutRequest(
                22,
                "carts",
                KEY,
                new CoordinatePutRequest.Write(ID, SEEN, false, 76, new byte[] {4}, 60_000),
                new CoordinatePutRequest.Quorum(2, 1, 0),
                CoordinatePutRequest.Before.NOWHERE,
                1_000_000);
    }

    private static List<Message> ofThoseWhoAreBehind() {
        return List.of(
                new HelloResponse(Verdict.BEHIND, HELLO, 0x2122_2324_2526_2728L, 300),
                new HelloResponse(Verdict.taken("who are you?"), HELLO, 0x2122_2324_2526_2728L, 301),
                new Rejection(15, Rejection.Reason.BEHIND, "why"),
                new CompareTreesResponse(18, CompareTreesResponse.State.READY, List.of(), true));
    }

    private static List<Message> ofTrees() {
        Digest digest = new Digest(0x4142_4344_4546_4748L, 0x5152_5354_5556_5758L);
        Prefix prefix = Prefix.ROOT.child(15).child(1);
        TreeNode node = new TreeNode("carts", prefix, Collections.nCopies(Prefix.FAN_OUT, digest));
        TreeNode leaf = new TreeNode("carts", Prefix.ROOT, List.of());
        List<Message> samples = new ArrayList<>(List.of(
                new CompareTreesRequest(18, 255, 1, List.of(new CompareTreesRequest.Root("carts", digest)), 1_000_000),
                new SubtreesRequest(19, "carts", 255, List.of(Prefix.ROOT, prefix), 1_000_000),
                new SubtreesResponse(19, List.of(node)),
                new LeafRequest(20, "carts", 255, prefix, new byte[0], 256, 1_000_000),
                new LeafRequest(20, "carts", 255, prefix, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, 256, 1_000_000),
                new LeafResponse(20, List.of(new LeafResponse.Entry(KEY, digest)), true),
                new CompareRecordRequest(21, "carts", KEY, SET.withoutValues(), 1_000_000),
                new CompareRecordRequest(21, "carts", KEY, VersionSet.EMPTY, 1_000_000),
                new CompareRecordResponse(21, SET, true),
                new CompareRecordResponse(21, VersionSet.EMPTY, false)));
        for (CompareTreesResponse.State state : CompareTreesResponse.State.values()) {
            samples.add(new CompareTreesResponse(
                    18, state, state == CompareTreesResponse.State.READY ? List.of(node, leaf) : List.of(), false));
        }
        samples.addAll(ofThoseWhoAreBehind());
        samples.addAll(ofThoseWhoPurge(digest));
        return samples;
    }

    private static List<Message> ofThoseWhoPurge(Digest digest) {
        List<Message> samples = new ArrayList<>();
        SettleRequest.Item item = new SettleRequest.Item(KEY, digest);
        for (SettleRequest.Step step : SettleRequest.Step.values()) {
            samples.add(new SettleRequest(22, step, 255, 300, "carts", List.of(item, item), 1_000_000));
        }
        samples.add(new SettleResponse(22, 300, List.of(0, 255)));
        samples.add(new SettleResponse(22, 0, List.of()));
        samples.add(CompareRecordResponse.removed(21, CausalContext.EMPTY));
        return samples;
    }

    private static CoordinatePutResponse failed(CoordinatePutResponse.Failure failure, ReplicaAnswer answer) {
        return new CoordinatePutResponse(
                13, failure, "why", Outcome.UNKNOWN, 2, 1, List.of(answer), Optional.empty(), 0);
    }

    private static byte[] bytes(Message message) {
        return MessageCodec.encode(new Envelope("a", 0x0102_0304_0506_0708L, 0x1112_1314_1516_1718L, message));
    }

    @Test
    void everyKindOfMessage_hasASample() {
        Set<Class<?>> sampled = new LinkedHashSet<>();
        samples().forEach(sample -> sampled.add(sample.getClass()));
        assertThat(sampled).containsExactlyInAnyOrderElementsOf(leaves(Message.class));
    }

    private static Set<Class<?>> leaves(Class<?> type) {
        Set<Class<?>> leaves = new LinkedHashSet<>();
        for (Class<?> permitted : type.getPermittedSubclasses()) {
            if (permitted.isSealed()) {
                leaves.addAll(leaves(permitted));
            } else {
                leaves.add(permitted);
            }
        }
        return leaves;
    }

    @Test
    void fieldOfAMessage_isFoundWhereItLies_andCopiedIfItIsInPieces() {
        byte[] message = {9, 1, 2, 3, 9};
        Slice whole = WhereItLies.of(MessageCodec.wrap(new Slice(message, 1, 3)));
        ByteString pieces = MessageCodec.wrap(new byte[200]).concat(MessageCodec.wrap(new byte[300]));

        assertThat(whole.array()).isSameAs(message);
        assertThat(whole.bytes()).containsExactly(1, 2, 3);
        assertThat(WhereItLies.of(pieces).length()).isEqualTo(500);
        assertThat(WhereItLies.of(ByteString.EMPTY).length()).isZero();
    }

    @Test
    void everyMessage_comesBackAsItWas() {
        for (Message message : samples()) {
            Envelope back = MessageCodec.decode(bytes(message));
            assertThat(back.from()).isEqualTo("a");
            assertThat(back.session()).isEqualTo(0x0102_0304_0506_0708L);
            assertThat(back.placement()).isEqualTo(0x1112_1314_1516_1718L);
            assertThat(back.message())
                    .usingRecursiveComparison()
                    .ignoringFieldsMatchingRegexes(".*encoded")
                    .withEqualsForType(Slice::equals, Slice.class)
                    .isEqualTo(message);
        }
    }

    @Test
    void everyMessage_hasTheBytesItEverHad() throws IOException {
        Map<String, String> now = new TreeMap<>();
        int number = 0;
        for (Message message : samples()) {
            String name = String.format("%02d %s", number++, message.getClass().getSimpleName());
            now.put(name, HexFormat.of().formatHex(bytes(message)));
        }
        StringBuilder text = new StringBuilder();
        now.forEach((name, hex) -> text.append(name).append(' ').append(hex).append('\n'));
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(GOLDEN, text);
        }
        assertThat(Files.readString(GOLDEN))
                .as("bytes on the wire; a change needs a new protocol version")
                .isEqualTo(text.toString());
    }

    @Test
    void whatTheSenderHasHeard_goesWithEveryMessage_inTheSameBytesForEver() {
        byte[] bytes = MessageCodec.encode(new Envelope("a", 1, 2, 300, new ProbeResponse(0x1ff)));

        assertThat(MessageCodec.decode(bytes).heard()).isEqualTo(300);
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("0a01611101000000000000001902000000000000008a0109" + "09ff01000000000000" + "d001ac02");
    }

    @Test
    void hintForMoreNodesThanAnyKeyHas_isRefused() {
        List<String> many = IntStream.range(0, 51).mapToObj(i -> "n" + i).toList();

        byte[] bytes = bytes(new PutReplicaRequest(17, "carts", KEY, SET, false, 1_000_000, CausalContext.EMPTY, many));

        assertThatThrownBy(() -> MessageCodec.decode(bytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("51 nodes");
    }

    @Test
    void damagedBytes_areRefusedOrAreAnotherMessage_andNothingElseIsThrown() {
        Random random = new Random(7);
        for (Message message : samples()) {
            byte[] whole = bytes(message);
            for (int i = 0; i < 300; i++) {
                byte[] damaged = i % 2 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
                if (i % 2 == 1) {
                    damaged[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
                }
                decodeOrRefuse(message, damaged);
            }
        }
    }

    private static void decodeOrRefuse(Message message, byte[] damaged) {
        try {
            MessageCodec.decode(damaged);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
        } catch (RuntimeException e) {
            fail("decoding a damaged " + message + " threw " + e, e);
        }
    }
}
