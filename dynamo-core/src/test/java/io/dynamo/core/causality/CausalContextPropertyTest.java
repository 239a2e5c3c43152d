package io.dynamo.core.causality;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.core.Cases;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Contexts against a plain set of dots. */
class CausalContextPropertyTest {

    private static final int CASES = 10_000;

    @Test
    void of_anyCutIntoRunsAndDots_isTheOneNormalForm() {
        Cases.check(CASES, random -> {
            TreeSet<Dot> dots = Generated.dots(random);
            CausalContext context = Generated.context(random, dots);

            List<Dot> vector = new ArrayList<>();
            List<Dot> apart = new ArrayList<>(dots);
            for (Map.Entry<Actor, Long> run : Generated.runs(dots).entrySet()) {
                if (run.getValue() > 0) {
                    vector.add(new Dot(run.getKey(), run.getValue()));
                }
                apart.removeIf(dot -> dot.actor().equals(run.getKey()) && dot.counter() <= run.getValue());
            }
            assertThat(context.vector()).isEqualTo(vector);
            assertThat(context.detached()).isEqualTo(apart);
            assertThat(context).isEqualTo(Generated.context(random, dots));
            assertThat(context).hasSameHashCodeAs(Generated.context(random, dots));
            assertThat(context.isEmpty()).isEqualTo(dots.isEmpty());
        });
    }

    @Test
    void contains_andHighest_agreeWithTheSet() {
        Cases.check(CASES, random -> {
            TreeSet<Dot> dots = Generated.dots(random);
            CausalContext context = Generated.context(random, dots);
            for (Actor actor : Generated.ACTORS) {
                long highest = 0;
                for (long counter = 1; counter <= Generated.COUNTER_MAX + 1; counter++) {
                    boolean seen = dots.contains(new Dot(actor, counter));
                    assertThat(context.contains(new Dot(actor, counter))).isEqualTo(seen);
                    highest = seen ? counter : highest;
                }
                assertThat(context.highest(actor)).isEqualTo(highest);
            }
        });
    }

    @Test
    void covers_isSubset() {
        int[] covered = {0};
        Cases.check(CASES, random -> {
            TreeSet<Dot> a = Generated.dots(random);
            TreeSet<Dot> b = random.nextBoolean() ? Generated.dots(random) : partOf(random, a);
            boolean expected = a.containsAll(b);
            covered[0] += expected ? 1 : 0;
            assertThat(Generated.context(random, a).covers(Generated.context(random, b)))
                    .isEqualTo(expected);
        });
        assertThat(Cases.isReplay() || covered[0] > CASES / 4)
                .as("cases that are covered: " + covered[0])
                .isTrue();
    }

    @Test
    void join_isUnion_andReturnsTheLargerOneItself() {
        Cases.check(CASES, random -> {
            TreeSet<Dot> a = Generated.dots(random);
            TreeSet<Dot> b = random.nextInt(3) > 0 ? Generated.dots(random) : partOf(random, a);
            CausalContext left = Generated.context(random, a);
            CausalContext right = Generated.context(random, b);
            TreeSet<Dot> union = new TreeSet<>(a);
            union.addAll(b);

            CausalContext joined = left.join(right);

            assertThat(Naive.dotsOf(joined)).isEqualTo(union);
            assertThat(joined).isEqualTo(Generated.context(random, union)).isEqualTo(right.join(left));
            if (union.equals(a)) {
                assertThat(joined).isSameAs(left);
            } else if (union.equals(b)) {
                assertThat(joined).isSameAs(right);
            }
        });
    }

    @Test
    void with_addsOneDot() {
        Cases.check(CASES, random -> {
            TreeSet<Dot> dots = Generated.dots(random);
            Dot more = Generated.dot(random);
            CausalContext larger = Generated.context(random, dots).with(more);
            dots.add(more);
            assertThat(Naive.dotsOf(larger)).isEqualTo(dots);
            assertThat(larger).isEqualTo(Generated.context(random, dots));
        });
    }

    private static TreeSet<Dot> partOf(SplittableRandom random, TreeSet<Dot> dots) {
        TreeSet<Dot> part = new TreeSet<>(dots);
        part.removeIf(dot -> random.nextInt(6) == 0);
        return part;
    }
}
