package io.dynamo.core.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.WriteId;
import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Dot;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.spi.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Hints have the same bytes for ever: a holder may be updated before it has handed them over. */
class HintCodecTest {

    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden", "hint.hex");
    private static final StoredKey KEY = StoredKey.of("carts", "cart-1".getBytes(StandardCharsets.UTF_8), 16);
    private static final Actor ACTOR = new Actor(1, 2, 3);
    private static final Dot DOT = new Dot(ACTOR, 5);
    private static final VersionSet SET = VersionSet.of(
            CausalContext.EMPTY.with(DOT),
            List.of(new Version(DOT, 77, 0, new WriteId(1_700_000_000_000L, 42), new byte[] {1, 2, 3})));

    static Held sample() {
        return new Held(SET, ACTOR, new Hint(List.of("node-c", "b"), 1_700_000_000_123L));
    }

    @Test
    void hint_hasTheBytesItEverHad() throws IOException {
        String hex = HexFormat.of().formatHex(HintCodec.encode(sample())) + "\n";
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(GOLDEN, hex);
        }
        assertThat(Files.readString(GOLDEN))
                .as("bytes on disk; a change needs a new format")
                .isEqualTo(hex);
    }

    @Test
    void hint_comesBackAsItWas() {
        for (Held held : List.of(sample(), new Held(SET, null, new Hint(List.of("b"), 0)))) {
            Held back = HintCodec.decode(KEY, HintCodec.encode(held));

            assertThat(back.set()).isEqualTo(held.set());
            assertThat(back.own()).isEqualTo(held.own());
            assertThat(back.hint()).isEqualTo(held.hint());
        }
    }

    @Test
    void everyDamagedByte_isFound_andNothingElseIsThrown() {
        byte[] whole = HintCodec.encode(sample());
        List<byte[]> damaged = new ArrayList<>(List.of(new byte[0], new byte[] {1}));
        for (int i = 0; i < whole.length; i++) {
            byte[] one = whole.clone();
            one[i] ^= 0x20;
            damaged.add(one);
        }
        for (byte[] bytes : damaged) {
            assertThatThrownBy(() -> HintCodec.decode(KEY, bytes))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("carts/cart-1");
        }
    }

    @Test
    void targets_areSortedAndOnce_andAHintIsAsOldAsItsOldestPart() {
        Hint hint = Hint.NONE.with(List.of("c", "b"), 5).with(List.of("b", "a"), 9);

        assertThat(hint).isEqualTo(new Hint(List.of("a", "b", "c"), 5));
        assertThat(hint.with(List.of("b"), 9)).isSameAs(hint);
        assertThat(hint.without("a").without("b").without("c").isNone()).isTrue();
    }
}
