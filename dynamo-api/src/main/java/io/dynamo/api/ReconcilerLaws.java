package io.dynamo.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a merge is one: commutative, associative, idempotent, the same each time, and never null. With a codec also
 * that results have equal bytes, that arguments are not changed, and that values survive encoding. For the tests of an
 * application:
 *
 * <pre>{@code
 * ReconcilerLaws.check(Cart::merge, random -> randomCart(random), Cart.CODEC);
 * }</pre>
 *
 * <p>Values are compared by {@code equals}. The generator should make values that overlap; some arguments are results of
 * earlier merges. The smallest of all violations found is reported.
 *
 * <p>Errors: an {@link AssertionError} that names the law, the seed, the arguments and both results.
 *
 * <p>Thread: runs on the calling thread.
 */
public final class ReconcilerLaws {

    private static final long DEFAULT_SEED = 1;
    private static final int DEFAULT_CASES = 1_000;

    private ReconcilerLaws() {}

    /**
     * Checks 1,000 cases from a fixed seed.
     *
     * @param reconciler the merge
     * @param generator makes values
     * @param <V> the value type
     */
    public static <V> void check(Reconciler<V> reconciler, Function<RandomGenerator, V> generator) {
        check(reconciler, generator, DEFAULT_SEED, DEFAULT_CASES);
    }

    /**
     * Checks the given number of cases.
     *
     * @param reconciler the merge
     * @param generator makes values
     * @param seed of the random numbers the generator gets
     * @param cases how many, at least 1
     * @param <V> the value type
     */
    public static <V> void check(
            Reconciler<V> reconciler, Function<RandomGenerator, V> generator, long seed, int cases) {
        new Run<>(reconciler, null, seed, cases).run(generator);
    }

    /**
     * Checks 1,000 cases from a fixed seed, encoded bytes too.
     *
     * @param reconciler the merge
     * @param generator makes values
     * @param codec of the values
     * @param <V> the value type
     */
    public static <V> void check(Reconciler<V> reconciler, Function<RandomGenerator, V> generator, Codec<V> codec) {
        check(reconciler, generator, codec, DEFAULT_SEED, DEFAULT_CASES);
    }

    /**
     * Checks the given number of cases, encoded bytes too.
     *
     * @param reconciler the merge
     * @param generator makes values
     * @param codec of the values
     * @param seed of the random numbers the generator gets
     * @param cases how many, at least 1
     * @param <V> the value type
     */
    public static <V> void check(
            Reconciler<V> reconciler, Function<RandomGenerator, V> generator, Codec<V> codec, long seed, int cases) {
        new Run<>(reconciler, codec, seed, cases).run(generator);
    }

    /** A violation, kept until a smaller one is found. */
    private record Violation(
            String text, int size, @Nullable Throwable cause) {}

    private static final class Run<V> {
        private static final int POOL = 32;

        private final Reconciler<V> reconciler;
        private final @Nullable Codec<V> codec;
        private final long seed;
        private final int cases;
        private final List<V> pool = new ArrayList<>();
        private @Nullable Violation smallest;

        Run(Reconciler<V> reconciler, @Nullable Codec<V> codec, long seed, int cases) {
            if (cases < 1) {
                throw new IllegalArgumentException("cases = " + cases + "; must be at least 1");
            }
            this.reconciler = reconciler;
            this.codec = codec;
            this.seed = seed;
            this.cases = cases;
        }

        void run(Function<RandomGenerator, V> generator) {
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < cases; i++) {
                V a = value(generator, random);
                V b = value(generator, random);
                V c = value(generator, random);
                check(a, b, c, "case " + (i + 1) + " of " + cases + ", seed " + seed);
                remember(a, b, random);
            }
            if (smallest != null) {
                throw new AssertionError(smallest.text(), smallest.cause());
            }
        }

        /** Mostly fresh; else a result of an earlier merge, or one of its arguments. */
        private V value(Function<RandomGenerator, V> generator, RandomGenerator random) {
            if (!pool.isEmpty() && random.nextInt(4) == 0) {
                return pool.get(random.nextInt(pool.size()));
            }
            return Objects.requireNonNull(generator.apply(random), "the generator returned null");
        }

        /** Only what the merge gave without a complaint, so that a violation names its own case. */
        private void remember(V a, V b, RandomGenerator random) {
            int place = random.nextInt(POOL);
            V kept = smallest == null && random.nextBoolean() ? reconciler.merge(a, b) : a;
            if (pool.size() < POOL) {
                pool.add(kept);
            } else {
                pool.set(place, kept);
            }
        }

        private void check(V a, V b, V c, String place) {
            List<V> values = List.of(a, b, c);
            try {
                List<byte[]> before = encode(values);
                laws(a, b, c, place);
                untouched(values, before, place);
            } catch (RuntimeException e) {
                String text = "merge (or the codec) threw " + e + " (" + place + ")" + arguments(values);
                keep(new Violation(text, size(values), e));
            }
        }

        private void laws(V a, V b, V c, String place) {
            V ab = merge(a, b);
            V aa = merge(a, a);
            equal("commutative", place, List.of(a, b), "merge(a, b)", ab, "merge(b, a)", () -> merge(b, a));
            equal("idempotent", place, List.of(a), "a", a, "merge(a, a)", () -> aa);
            equal(
                    "idempotent when repeated",
                    place,
                    List.of(a, b),
                    "merge(a, b)",
                    ab,
                    "merge(merge(a, b), b)",
                    () -> merge(ab, b));
            equal(
                    "the same each time",
                    place,
                    List.of(a, b),
                    "merge(a, b)",
                    ab,
                    "merge(a, b) again",
                    () -> merge(a, b));
            V left = merge(ab, c);
            equal(
                    "associative",
                    place,
                    List.of(a, b, c),
                    "merge(merge(a, b), c)",
                    left,
                    "merge(a, merge(b, c))",
                    () -> merge(a, merge(b, c)));
            if (codec != null) {
                equal(
                        "unchanged by the codec",
                        place,
                        List.of(a),
                        "a",
                        a,
                        "decode(encode(a))",
                        () -> codec.decode(codec.encode(a)));
            }
        }

        private void untouched(List<V> values, List<byte[]> before, String place) {
            for (int i = 0; codec != null && i < before.size(); i++) {
                V value = values.get(i);
                if (!Arrays.equals(before.get(i), codec.encode(value))) {
                    V was = codec.decode(before.get(i));
                    violated("merge changed its argument", place, List.of(was), "before", was, "after", value);
                }
            }
        }

        private V merge(V a, V b) {
            return Objects.requireNonNull(reconciler.merge(a, b), "merge returned null");
        }

        private void equal(
                String law,
                String place,
                List<V> values,
                String leftName,
                V left,
                String rightName,
                Supplier<V> other) {
            V right = other.get();
            if (!Objects.deepEquals(left, right)) {
                violated("merge is not " + law, place, values, leftName, left, rightName, right);
            } else if (codec != null && !Arrays.equals(codec.encode(left), codec.encode(right))) {
                String inBytes = "merge is not " + law + " (results are equal, their encoded bytes differ)";
                violated(inBytes, place, values, leftName, left, rightName, right);
            }
        }

        private void violated(
                String law,
                String place,
                List<V> values,
                String leftName,
                Object left,
                String rightName,
                Object right) {
            String text = law + " (" + place + ")" + arguments(values)
                    + "\n  " + leftName + " = " + left
                    + "\n  " + rightName + " = " + right
                    + "\nto repeat: check(..., " + seed + "L, " + cases + ")";
            keep(new Violation(text, size(values), null));
        }

        private void keep(Violation violation) {
            if (smallest == null || violation.size() < smallest.size()) {
                smallest = violation;
            }
        }

        private List<byte[]> encode(List<V> values) {
            return codec == null
                    ? List.of()
                    : values.stream().map(codec::encode).toList();
        }

        private static String arguments(List<?> values) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < values.size(); i++) {
                text.append("\n  ").append("abc".charAt(i)).append(" = ").append(values.get(i));
            }
            return text.toString();
        }

        private static int size(List<?> values) {
            return values.stream()
                    .mapToInt(value -> String.valueOf(value).length())
                    .sum();
        }
    }
}
