package io.dynamo.core.causality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.Context;
import io.dynamo.api.InvalidContextException;
import io.dynamo.api.Outcome;
import io.dynamo.core.Cases;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContextTokensTest {

    private static final byte[] KEY = "alice".getBytes(StandardCharsets.UTF_8);
    private static final ContextTokens TOKENS = new ContextTokens("shop", "secret", Context.MAX_BYTES);
    private static final CausalContext SEEN = CausalContext.of(
            List.of(new Dot(Key.actor(1), 3)), List.of(new Dot(Key.actor(1), 5), new Dot(Key.actor(2), 2)));

    @Test
    void token_throughText_isWhatItWas() {
        Cases.check(10_000, random -> {
            CausalContext seen = Generated.context(random, Generated.dots(random));
            byte[] key = new byte[random.nextInt(20)];
            random.nextBytes(key);
            long timestamp = random.nextLong() >>> random.nextInt(1, 64);

            Context made = TOKENS.context("carts", key, seen, timestamp);
            Context carried = Context.fromToken(made.toToken());
            ContextTokens.Seen opened =
                    new ContextTokens("shop", "secret", Context.MAX_BYTES).open(carried, "carts", key);

            assertThat(opened.causal()).isEqualTo(seen);
            assertThat(opened.highestTimestamp()).isEqualTo(timestamp);
            assertThat(opened).isEqualTo(made).hasSameHashCodeAs(carried);
            assertThat(opened.toToken()).isEqualTo(made.toToken());
            assertThat(made.isNone()).as("a not-found read is not none").isFalse();
        });
    }

    @Test
    void context_insideTheProcess_isOpenedWithoutBytes() {
        ContextTokens small = new ContextTokens("shop", "secret", 20);
        Context made = small.context("carts", KEY, SEEN, 1);
        assertThat(small.open(made, "carts", KEY)).isSameAs(made);
        assertRefused(made::toBytes, "limits.context is 20");
    }

    @Test
    void golden_isWrittenAndReadAsEver() {
        byte[] golden = VersionSetCodecTest.golden("context-token");
        assertThat(HexFormat.of()
                        .formatHex(TOKENS.context("carts", KEY, SEEN, 77).toBytes()))
                .isEqualTo(HexFormat.of().formatHex(golden));
        assertThat(TOKENS.open(Context.ofBytes(golden), "carts", KEY).causal()).isEqualTo(SEEN);
    }

    @Test
    void token_ofAnotherPlace_isRefused_inBytesAndInProcess() {
        Context made = TOKENS.context("carts", KEY, SEEN, 1);
        for (Context context : List.of(made, Context.ofBytes(made.toBytes()))) {
            assertRefused(() -> TOKENS.open(context, "carts2", KEY), "carts2/alice");
            assertRefused(() -> TOKENS.open(context, "carts", new byte[] {'b', 'o', 'b'}), "carts/bob");
            assertRefused(() -> TOKENS.open(context, "carts", new byte[0]), "carts/");
            assertRefused(() -> TOKENS.open(context, "carts", "alicf".getBytes(StandardCharsets.UTF_8)), "carts/alicf");
            assertRefused(
                    () -> new ContextTokens("shop2", "secret", 4096).open(context, "carts", KEY), "of this cluster");
            assertRefused(
                    () -> new ContextTokens("shop", "secret2", 4096).open(context, "carts", KEY), "of this cluster");
        }
    }

    @Test
    void token_anyBitChanged_isRefused() {
        byte[] token = TOKENS.context("carts", KEY, SEEN, 1).toBytes();
        for (int bit = 0; bit < token.length * 8; bit++) {
            byte[] changed = token.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertRefused(() -> TOKENS.open(Context.ofBytes(changed), "carts", KEY), "was changed on its way");
        }
    }

    @Test
    void token_cutOrExtended_isRefused() {
        byte[] token = TOKENS.context("carts", KEY, SEEN, 1).toBytes();
        for (int length = 1; length < token.length; length++) {
            byte[] cut = Arrays.copyOf(token, length);
            assertRefused(
                    () -> TOKENS.open(Context.ofBytes(cut), "carts", KEY),
                    length > 12 ? "was changed on its way" : "a context token of " + length + " bytes");
        }
        byte[] longer = Arrays.copyOf(token, token.length + 1);
        assertRefused(() -> TOKENS.open(Context.ofBytes(longer), "carts", KEY), "was changed on its way");
    }

    @Test
    void token_tooLong_isRefused_whereItIsMadeAndWhereItIsOpened() {
        ContextTokens small = new ContextTokens("shop", "secret", 40);
        Context large = TOKENS.context("carts", KEY, SEEN, 1);
        assertRefused(() -> small.open(Context.ofBytes(large.toBytes()), "carts", KEY), "13 to 40 are allowed");
        assertRefused(() -> small.context("carts", KEY, SEEN, 1).toToken(), "limits.context is 40");
    }

    @Test
    void none_isNothingToOpen() {
        assertRefused(() -> TOKENS.open(Context.none(), "carts", KEY), "no context for carts/alice");
        assertRefused(() -> TOKENS.open(Context.fromToken(""), "carts", KEY), "no context for carts/alice");
    }

    @Test
    void text_thatIsNoToken_isRefused() {
        assertRefused(() -> Context.fromToken("not base64!"), "not base64url");
        assertRefused(() -> Context.fromToken("A".repeat(10_000)), "too long");
    }

    @Test
    void counterAheadOfTheRecord_isLegal() {
        CausalContext ahead = CausalContext.of(List.of(new Dot(Key.actor(1), 1_000_000)), List.of());
        Context carried = Context.ofBytes(TOKENS.context("carts", KEY, ahead, 1).toBytes());
        CausalContext seen = TOKENS.open(carried, "carts", KEY).causal();

        VersionSet behind = Key.put(VersionSet.EMPTY, Key.actor(1), CausalContext.EMPTY, "old");
        VersionSet after = Key.put(behind, Key.actor(2), seen, "new");

        assertThat(Key.values(after)).containsExactly("new");
        assertThat(after.context().highest(Key.actor(1))).isEqualTo(1_000_000);
    }

    /** Signed with the right secret, and still nothing this version could have made. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "01",
                "0105",
                "018000",
                "01050000",
                "0105000001",
                "0105ffffffff0f",
                "01050100000000000000000000000000000000010000",
                "02050000000000",
            })
    void signedNonsense_isAnInvalidContext_notAnErrorFromBelow(String body) throws GeneralSecurityException {
        byte[] token = signed(HexFormat.of().parseHex(body));
        assertRefused(() -> TOKENS.open(Context.ofBytes(token), "carts", KEY), "the context token");
    }

    @Test
    void signedBody_ofThisVersion_isOpened() throws GeneralSecurityException {
        byte[] token = signed(HexFormat.of().parseHex("0105000000"));
        assertThat(TOKENS.open(Context.ofBytes(token), "carts", KEY).causal().isEmpty())
                .isTrue();
    }

    private static byte[] signed(byte[] body) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("shop\0secret".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        mac.update("carts\0".getBytes(StandardCharsets.UTF_8));
        mac.update(ByteBuffer.allocate(4).putInt(0, KEY.length));
        mac.update(KEY);
        return ByteBuffer.allocate(body.length + 12)
                .put(body)
                .put(mac.doFinal(body), 0, 12)
                .array();
    }

    @Test
    void longKey_isCutInMessages() {
        byte[] key = new byte[60_000];
        assertThatThrownBy(() -> TOKENS.open(Context.ofBytes(new byte[20]), "carts", key))
                .hasMessageContaining("(60000 bytes)")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
    }

    /** How many restarts a key's context can remember before it no longer fits a token. */
    @Test
    void largestToken_holdsMoreThanTwoHundredActors() {
        List<Dot> runs = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            runs.add(new Dot(new Actor(i, i, 1_000 + i), 100));
        }
        Context made = TOKENS.context("carts", KEY, CausalContext.of(runs, List.of()), Long.MAX_VALUE);
        assertThat(made.toBytes()).hasSizeLessThan(Context.MAX_BYTES);
    }

    private static void assertRefused(ThrowingCallable action, String why) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        InvalidContextException.class,
                        e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED))
                .hasMessageContaining(why);
    }
}
