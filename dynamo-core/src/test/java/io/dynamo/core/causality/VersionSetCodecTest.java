package io.dynamo.core.causality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.WriteId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes that lie on disks: a change of them is a new format, with a new number and a reader for the old one. */
class VersionSetCodecTest {

    private static final Actor A = new Actor(0x0102030405060708L, 0x1112131415161718L, 1);
    private static final Actor B = new Actor(-2, 3, 300);

    @ParameterizedTest
    @ValueSource(strings = {"empty", "one-value", "siblings-and-gaps", "largest-numbers"})
    void goldenSet_isWrittenAndReadAsEver(String name) {
        byte[] golden = golden("version-set-" + name);
        VersionSet set = goldenSets(name);
        assertThat(HexFormat.of().formatHex(set.encoded()))
                .isEqualTo(HexFormat.of().formatHex(golden));
        assertThat(VersionSetCodec.decode(golden)).isEqualTo(set);
    }

    @Test
    void goldenContext_isWrittenAndReadAsEver() {
        byte[] golden = golden("causal-context");
        CausalContext context = goldenSets("siblings-and-gaps").context();
        assertThat(HexFormat.of().formatHex(VersionSetCodec.encode(context)))
                .isEqualTo(HexFormat.of().formatHex(golden));
        assertThat(VersionSetCodec.decodeContext(golden)).isEqualTo(context);
    }

    private static VersionSet goldenSets(String name) {
        WriteId id = new WriteId(1_700_000_000_000L, 0x2122232425262728L);
        return switch (name) {
            case "empty" -> VersionSet.EMPTY;
            case "one-value" ->
                VersionSet.of(
                        CausalContext.EMPTY,
                        List.of(new Version(new Dot(A, 1), 1_700_000_000_000L << 16, 0, id, new byte[] {'v'})));
            case "siblings-and-gaps" ->
                VersionSet.of(
                        CausalContext.of(List.of(new Dot(A, 3)), List.of(new Dot(A, 5), new Dot(B, 2))),
                        List.of(
                                new Version(new Dot(A, 2), 7, 1_800_000_000_000L, id, new byte[0]),
                                new Version(new Dot(A, 5), 8, 0, id, (byte[]) null),
                                new Version(new Dot(B, 2), 9, 0, id, "value".getBytes(StandardCharsets.UTF_8))));
            case "largest-numbers" ->
                VersionSet.of(
                        CausalContext.of(List.of(new Dot(new Actor(-1, -1, -1), Long.MAX_VALUE - 1)), List.of()),
                        List.of(new Version(
                                new Dot(new Actor(-1, -1, -1), Long.MAX_VALUE - 1),
                                Long.MAX_VALUE,
                                Long.MAX_VALUE,
                                new WriteId(Long.MAX_VALUE, -1),
                                (byte[]) null)));
            default -> throw new IllegalArgumentException(name);
        };
    }

    static byte[] golden(String name) {
        try (InputStream in = VersionSetCodecTest.class.getResourceAsStream("/golden/" + name + ".hex")) {
            String hex = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An actor that no dot uses: two forms of one set, so two replicas that agree would not see it. */
    @ParameterizedTest
    @CsvSource({
        "01 + actor1 + 00 + 00, an actor that nothing names",
        "02 + actor1 + actor1 + 01 + 01 + 01 + 01 + 03, an actor twice",
        "02 + actor2 + actor1 + 00 + 02 + 01 + 02 + 00 + 02, actors out of order",
        "02 + actor1 + actor2 + 01 + 01 + 01 + 00 + 03, an actor that nothing names besides others",
        "02 + actor2 + actor1 + 02 + 01 + 01 + 00, runs out of order",
        "01 + actor1 + 01 + 01 + 01 + 00 + 02, a dot that belongs to the run",
        "01 + actor1 + 00 + 01 + 00 + 01, a run given as a dot",
        "01 + actor1 + 00 + 02 + 00 + 03 + 00 + 03, a dot twice",
        "01 + actor1 + 01 + 00 + 00, counter 0",
        "01 + actor1 + 01 + ffffffffffffffff7f + 00, the last counter",
        "01 + actor1 + 01 + ffffffffffffffffff01 + 00, a negative counter",
        "01 + actor1 + 01 + 8100 + 00, a number in more bytes than it needs",
        "01 + actor1 + 01 + ffffffffffffffffff02 + 00, a number over 64 bits",
        "01 + actor1 + 02 + 01 + 01 + 00, more runs than actors",
        "01 + actor1 + 00 + 01 + 01 + 02, a dot of no actor",
        "01 + actor1 + 01 + 01 + 00 + 00, a byte too many",
    })
    void context_inAnyOtherForm_isRefused(String hex, String why) {
        String actor = "0000000000000000000000000000000";
        String bytes = hex.replace("actor1", actor + "0" + "01")
                .replace("actor2", actor + "0" + "02")
                .replaceAll("[ +]", "");
        assertThatThrownBy(() -> VersionSetCodec.decodeContext(HexFormat.of().parseHex(bytes)))
                .as(why)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("malformed at byte");
    }

    @ParameterizedTest
    @ValueSource(strings = {"01ffffffff0f", "01ffffffffffffffff7f", "0100ffffffff0f", "010000ffffffff0f", "010000007f"})
    void hostileCounts_areRefused_withoutMakingRoomForThem(String hex) {
        assertThatThrownBy(() -> VersionSetCodec.decode(HexFormat.of().parseHex(hex)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a count of");
    }

    @Test
    void value_longerThanTheRest_isRefused() {
        byte[] bytes = goldenSets("one-value").encoded().clone();
        bytes[bytes.length - 2] = 0x7f;
        assertThatThrownBy(() -> VersionSetCodec.decode(bytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a count of 127 in 1 bytes");
    }

    @Test
    void versions_outOfOrderOrOutsideTheContextOrTwice_areRefused() {
        VersionSet set = VersionSet.of(
                CausalContext.EMPTY, List.of(Key.version(new Dot(A, 1), ""), Key.version(new Dot(A, 2), "")));
        byte[] bytes = set.encoded();
        int each = 15;
        int first = bytes.length - 2 * each;
        byte[] swapped = bytes.clone();
        System.arraycopy(bytes, first, swapped, first + each, each);
        System.arraycopy(bytes, first + each, swapped, first, each);
        byte[] outside = bytes.clone();
        outside[bytes.length - each + 1] = 3;
        byte[] twice = bytes.clone();
        twice[bytes.length - each + 1] = 1;

        assertRefused(swapped, "versions out of order");
        assertRefused(outside, "a version outside its context");
        assertRefused(twice, "versions out of order");
    }

    private static void assertRefused(byte[] bytes, String why) {
        assertThatThrownBy(() -> VersionSetCodec.decode(bytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    /** The last counter is kept free, in a dot as in its bytes: what can be minted can be stored. */
    @Test
    void dot_outsideTheRangeOfItsBytes_cannotBeMade() {
        assertThatThrownBy(() -> new Dot(A, Long.MAX_VALUE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Dot(A, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tenThousandEntries_takeReasonableTime() {
        List<Dot> runs = new ArrayList<>();
        List<Dot> apart = new ArrayList<>();
        List<Version> live = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            runs.add(new Dot(new Actor(i * 0x9e3779b97f4a7c15L, i, i), i + 1));
            apart.add(new Dot(new Actor(i * 0x9e3779b97f4a7c15L + 1, i, i), i + 2));
            live.add(Key.version(apart.get(i), "v"));
        }
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(3), () -> {
            CausalContext context = CausalContext.of(runs, apart);
            VersionSet set = VersionSet.of(context, live);
            VersionSet decoded = VersionSetCodec.decode(set.encoded());
            assertThat(decoded).isEqualTo(set);
            assertThat(decoded.merge(set)).isEqualTo(set);
            assertThat(VersionSet.of(CausalContext.of(runs, List.of()), live)).isEqualTo(set);
        });
    }
}
