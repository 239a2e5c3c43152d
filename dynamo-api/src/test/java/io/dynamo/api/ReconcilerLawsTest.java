package io.dynamo.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class ReconcilerLawsTest {

    private static final Function<RandomGenerator, Integer> NUMBERS = random -> random.nextInt(100);

    private static final Codec<Integer> DECIMAL = codec(String::valueOf, Integer::valueOf);

    private static final Codec<Set<String>> WORDS =
            codec(words -> String.join(" ", words), text -> text.isEmpty() ? new TreeSet<>() : words(text.split(" ")));

    @Test
    void check_properMerge_passes() {
        assertThatCode(() -> {
                    ReconcilerLaws.check(Math::max, NUMBERS);
                    ReconcilerLaws.check(Math::max, NUMBERS, DECIMAL);
                    ReconcilerLaws.check((a, b) -> a | b, NUMBERS, 42, 10_000);
                    ReconcilerLaws.check(ReconcilerLawsTest::union, ReconcilerLawsTest::words, WORDS, 42, 10_000);
                })
                .doesNotThrowAnyException();
    }

    @Test
    void check_firstArgumentWins_isNotCommutative() {
        assertViolated((a, b) -> a, "merge is not commutative");
    }

    @Test
    void check_sum_isNotIdempotent() {
        assertViolated((a, b) -> a + b, "merge is not idempotent");
    }

    @Test
    void check_mean_isNotAssociative() {
        // idempotent and commutative, but repeating it goes on moving
        assertThat(messages((a, b) -> (a + b) / 2)).contains("merge is not");
    }

    @Test
    void check_equalOrTheSmallest_isNotAssociative() {
        // rock, paper, scissors: commutative and idempotent, and only that
        Reconciler<Integer> game = (a, b) -> a.equals(b) || (a + 1) % 3 == b ? b : a;

        assertThatThrownBy(() -> ReconcilerLaws.check(game, random -> random.nextInt(3)))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("merge is not associative");
    }

    @Test
    void check_resultDependsOnHowOften_isNotTheSameEachTime() {
        AtomicInteger calls = new AtomicInteger();

        assertThat(messages((a, b) -> Math.max(Math.max(a, b), calls.incrementAndGet() > 500 ? calls.get() : 0)))
                .contains("merge is not");
    }

    @Test
    void check_nullResult_isNamed() {
        assertThatThrownBy(() -> ReconcilerLaws.check(ReconcilerLawsTest.<Integer>nothing(), NUMBERS))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("merge returned null")
                .hasMessageContaining("seed 1");
    }

    @Test
    void check_mergeThrows_isNamedWithItsCause() {
        IllegalStateException failure = new IllegalStateException("no merge today");

        assertThatThrownBy(() -> ReconcilerLaws.<Integer>check(
                        (a, b) -> {
                            throw failure;
                        },
                        NUMBERS))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no merge today")
                .hasCause(failure);
    }

    @Test
    void check_argumentChanged_isFoundByTheCodec() {
        Reconciler<Set<String>> mutating = (a, b) -> {
            a.addAll(b);
            return a;
        };

        assertThatThrownBy(() -> ReconcilerLaws.check(mutating, ReconcilerLawsTest::words, WORDS))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("merge changed its argument")
                .hasMessageContaining("before = ");
    }

    @Test
    void check_equalResultsWithDifferentBytes_areFoundByTheCodec() {
        // as a list of arrival: sets are equal, bytes tell who came first
        Reconciler<Set<String>> ordered = (a, b) -> {
            Set<String> all = new java.util.LinkedHashSet<>(a);
            all.addAll(b);
            return all;
        };

        assertThatCode(() -> ReconcilerLaws.check(ordered, ReconcilerLawsTest::words))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> ReconcilerLaws.check(ordered, ReconcilerLawsTest::words, WORDS))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("their encoded bytes differ");
    }

    @Test
    void check_codecThatForgets_isFound() {
        Codec<Integer> halves = codec(value -> String.valueOf(value / 2), text -> Integer.parseInt(text) * 2);

        assertThatThrownBy(() -> ReconcilerLaws.check(Math::max, NUMBERS, halves))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("unchanged by the codec");
    }

    @Test
    void message_violation_namesLawSeedArgumentsAndBothResults() {
        assertThatThrownBy(() -> ReconcilerLaws.check((a, b) -> a, NUMBERS, 99, 500))
                .isInstanceOf(AssertionError.class)
                .message()
                .containsPattern("merge is not commutative \\(case \\d+ of 500, seed 99\\)")
                .containsPattern("\\n  a = \\d\\n  b = \\d\\n")
                .containsPattern("merge\\(a, b\\) = \\d")
                .containsPattern("merge\\(b, a\\) = \\d")
                .contains("99L, 500");
    }

    @Test
    void message_severalViolations_reportsTheSmallest() {
        Reconciler<String> longer = (a, b) -> a;
        List<String> shown = new ArrayList<>();
        Function<RandomGenerator, String> texts = random -> {
            String text = "x".repeat(random.nextInt(40)) + random.nextInt(10);
            shown.add(text);
            return text;
        };

        Throwable violation = catchThrowable(() -> ReconcilerLaws.check(longer, texts));

        assertThat(shown).hasSizeGreaterThan(1_000);
        assertThat(violation.getMessage().lines().filter(line -> line.startsWith("  a = ")))
                .singleElement()
                .satisfies(line -> assertThat(line).hasSizeLessThan(16));
    }

    @Test
    void check_sameSeed_givesTheSameMessage() {
        assertThat(messages((a, b) -> a - b)).isEqualTo(messages((a, b) -> a - b));
    }

    @Test
    void check_noCases_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> ReconcilerLaws.check(Math::max, NUMBERS, 1, 0));
    }

    private static void assertViolated(Reconciler<Integer> broken, String law) {
        assertThatThrownBy(() -> ReconcilerLaws.check(broken, NUMBERS))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith(law);
    }

    private static String messages(Reconciler<Integer> broken) {
        return catchThrowable(() -> ReconcilerLaws.check(broken, NUMBERS)).getMessage();
    }

    @SuppressWarnings("NullAway")
    private static <V> Reconciler<V> nothing() {
        return (a, b) -> null;
    }

    private static Set<String> union(Set<String> a, Set<String> b) {
        Set<String> all = new TreeSet<>(a);
        all.addAll(b);
        return all;
    }

    private static Set<String> words(RandomGenerator random) {
        String[] words = {"a", "b", "c", "d"};
        Set<String> some = new TreeSet<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            some.add(words[random.nextInt(words.length)]);
        }
        return some;
    }

    private static Set<String> words(String... words) {
        return new TreeSet<>(List.of(words));
    }

    private static <V> Codec<V> codec(Function<V, String> write, Function<String, V> read) {
        return new Codec<>() {
            @Override
            public byte[] encode(V value) {
                return write.apply(value).getBytes(StandardCharsets.UTF_8);
            }

            @Override
            public V decode(byte[] bytes) {
                return read.apply(new String(bytes, StandardCharsets.UTF_8));
            }
        };
    }
}
