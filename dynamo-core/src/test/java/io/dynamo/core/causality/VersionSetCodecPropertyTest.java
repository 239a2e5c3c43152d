package io.dynamo.core.causality;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.core.Cases;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class VersionSetCodecPropertyTest {

    private static final int CASES = 10_000;

    @Test
    void set_roundTrip_isTheSameSetAndTheSameBytes() {
        Cases.check(CASES, random -> {
            VersionSet set = Generated.set(random);
            int length = set.encodedBytes();
            byte[] bytes = set.encoded();
            assertThat(bytes).hasSize(length);
            VersionSet decoded = VersionSetCodec.decode(bytes);
            assertThat(decoded).isEqualTo(set);
            assertThat(decoded.encodedBytes()).isEqualTo(length);
            assertThat(VersionSetCodec.encode(decoded)).isEqualTo(bytes);

            byte[] within = new byte[bytes.length + 7];
            System.arraycopy(bytes, 0, within, 3, bytes.length);
            assertThat(VersionSetCodec.decode(new Slice(within, 3, bytes.length)))
                    .isEqualTo(set);
        });
    }

    @Test
    void context_roundTrip_isTheSameContextAndTheSameBytes() {
        Cases.check(CASES, random -> {
            CausalContext context = Generated.context(random, Generated.dots(random));
            byte[] bytes = VersionSetCodec.encode(context);
            assertThat(VersionSetCodec.decodeContext(bytes)).isEqualTo(context);
            assertThat(VersionSetCodec.encode(VersionSetCodec.decodeContext(bytes)))
                    .isEqualTo(bytes);
        });
    }

    @Test
    void set_cutShortAnywhere_isRefused() {
        Cases.check(CASES, random -> {
            byte[] bytes = Generated.set(random).encoded();
            // Every place of one set in twenty, some places of the others.
            boolean isWhole = random.nextInt(20) == 0;
            for (int i = 0; i < (isWhole ? bytes.length : 10); i++) {
                int length = isWhole ? i : random.nextInt(bytes.length);
                byte[] cut = Arrays.copyOf(bytes, length);
                assertThat(accepts(cut, VersionSetCodecPropertyTest::recodeSet))
                        .as("cut to " + length)
                        .isFalse();
            }
        });
    }

    @Test
    void set_changedAnywhere_isRefusedOrAnotherCanonicalSet() {
        Cases.check(CASES, random -> {
            byte[] bytes = Generated.set(random).encoded();
            for (int i = 0; i < 10; i++) {
                accepts(damage(random, bytes), VersionSetCodecPropertyTest::recodeSet);
            }
        });
    }

    @Test
    void context_changedAnywhere_isRefusedOrAnotherCanonicalContext() {
        int[] accepted = {0};
        Cases.check(CASES, random -> {
            byte[] bytes = VersionSetCodec.encode(Generated.context(random, Generated.dots(random)));
            for (int i = 0; i < 10; i++) {
                byte[] changed = damage(random, bytes);
                accepted[0] += accepts(changed, VersionSetCodecPropertyTest::recodeContext) ? 1 : 0;
            }
        });
        assertThat(Cases.isReplay() || accepted[0] > 0)
                .as("both sides are tried")
                .isTrue();
    }

    @Test
    void noise_isRefusedOrCanonical() {
        Cases.check(CASES, random -> {
            byte[] noise = new byte[random.nextInt(64)];
            for (int i = 0; i < noise.length; i++) {
                // Mostly small numbers: they get further than noise does.
                noise[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(4));
            }
            accepts(noise, VersionSetCodecPropertyTest::recodeContext);
            accepts(noise, VersionSetCodecPropertyTest::recodeSet);
        });
    }

    private static byte[] recodeSet(byte[] bytes) {
        VersionSet set = VersionSetCodec.decode(bytes);
        try {
            return VersionSetCodec.encode(VersionSet.of(normal(set.context()), set.versions()));
        } catch (IllegalArgumentException e) {
            throw new AssertionError("what was accepted is no set: " + set, e);
        }
    }

    private static byte[] recodeContext(byte[] bytes) {
        return VersionSetCodec.encode(normal(VersionSetCodec.decodeContext(bytes)));
    }

    /** Made from its dots anew: what was read from bytes in another form would have others. */
    private static CausalContext normal(CausalContext context) {
        return CausalContext.of(context.vector(), context.detached());
    }

    /** What is accepted must be the one form of what it says; what is not must be refused in the one way. */
    private static boolean accepts(byte[] bytes, UnaryOperator<byte[]> recode) {
        byte[] again;
        try {
            again = recode.apply(bytes);
        } catch (IllegalArgumentException refused) {
            return false;
        }
        assertThat(again).as("the one form").isEqualTo(bytes);
        return true;
    }

    @Test
    void causality_isEncodedAlike_ifAndOnlyIfContextAndLiveDotsAreEqual() {
        Cases.check(CASES, random -> {
            VersionSet a = Generated.set(random);
            VersionSet b =
                    random.nextInt(3) == 0 ? a.merge(Generated.set(random)).merge(a) : Generated.set(random);
            boolean same = a.context().equals(b.context()) && dots(a).equals(dots(b));
            assertThat(Arrays.equals(VersionSetCodec.encodeCausality(a), VersionSetCodec.encodeCausality(b)))
                    .isEqualTo(same);
            assertThat(VersionSetCodec.encodeCausality(a.merge(b)))
                    .isEqualTo(VersionSetCodec.encodeCausality(b.merge(a)));
        });
    }

    private static List<Dot> dots(VersionSet set) {
        return set.versions().stream().map(Version::dot).toList();
    }

    /** A byte changed, inserted, removed or swapped with another. */
    private static byte[] damage(SplittableRandom random, byte[] bytes) {
        List<Byte> changed = new ArrayList<>();
        for (byte b : bytes) {
            changed.add(b);
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(6)) {
            case 0 -> changed.remove(at);
            case 1 -> changed.add(at, (byte) random.nextInt(3));
            case 2 -> {
                int other = random.nextInt(bytes.length);
                changed.set(at, bytes[other]);
                changed.set(other, bytes[at]);
            }
            case 3 -> changed.set(at, (byte) random.nextInt(3));
            default -> changed.set(at, (byte) (bytes[at] ^ 1 << random.nextInt(8)));
        }
        byte[] result = new byte[changed.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = changed.get(i);
        }
        return result;
    }
}
