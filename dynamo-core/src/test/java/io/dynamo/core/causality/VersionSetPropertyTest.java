package io.dynamo.core.causality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.core.Cases;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The laws of merging and writing, and both against the naive model. */
class VersionSetPropertyTest {

    private static final int CASES = 10_000;

    @Test
    void merge_isWhatTheNaiveModelSays() {
        Cases.check(CASES, random -> {
            Naive a = Generated.naive(random);
            Naive b = Generated.naive(random);
            a.merge(b).assertSameAs(a.toSet().merge(b.toSet()));
        });
    }

    @Test
    void merge_isCommutative() {
        Cases.check(CASES, random -> {
            VersionSet a = Generated.set(random);
            VersionSet b = Generated.set(random);
            assertSame(a.merge(b), b.merge(a));
        });
    }

    @Test
    void merge_isAssociative() {
        Cases.check(CASES, random -> {
            VersionSet a = Generated.set(random);
            VersionSet b = Generated.set(random);
            VersionSet c = Generated.set(random);
            assertSame(a.merge(b).merge(c), a.merge(b.merge(c)));
        });
    }

    @Test
    void merge_isIdempotent_andReturnsTheLargerOneItself() {
        Cases.check(CASES, random -> {
            Naive naive = Generated.naive(random);
            VersionSet a = naive.toSet();
            VersionSet b = Generated.set(random);
            assertThat(a.merge(a)).isSameAs(a);
            assertThat(a.merge(naive.toSet())).isSameAs(a);
            VersionSet both = a.merge(b);
            assertThat(both.merge(b)).isSameAs(both);
            assertThat(a.merge(both)).isEqualTo(both);
            assertSame(a.merge(both), both);
        });
    }

    /** What merge says is the same whatever the stamps on the versions say: they decide nothing, nor does any clock. */
    @Test
    void merge_neverLooksAtAClock() {
        Cases.check(CASES, random -> {
            VersionSet a = Generated.set(random);
            VersionSet b = Generated.set(random);
            long salt = random.nextLong();

            assertThat(stamped(a, salt).merge(stamped(b, salt))).isEqualTo(stamped(a.merge(b), salt));
        });
    }

    /** Readers with one clock see the same, whoever has merged what, and when; and where one wins, the same one. */
    @Test
    void asOf_goesThroughMerge_andChangesNoWinner() {
        Cases.check(CASES, random -> {
            VersionSet a = Generated.set(random);
            VersionSet b = Generated.set(random);
            long now = random.nextLong(1L << 45);

            assertThat(a.asOf(now).merge(b.asOf(now))).isEqualTo(a.merge(b).asOf(now));
            assertThat(a.asOf(now).lastWriteOnly()).isEqualTo(a.lastWriteOnly().asOf(now));
            assertThat(a.asOf(now).context()).isEqualTo(a.context());
            assertThat(VersionSetCodec.encodeCausality(a.asOf(now))).isEqualTo(VersionSetCodec.encodeCausality(a));
        });
    }

    /** What a reader does not see any more it never sees again. */
    @Test
    void asOf_isMonotone() {
        Cases.check(CASES, random -> {
            VersionSet a = Generated.set(random);
            long earlier = random.nextLong(1L << 45);
            long later = earlier + random.nextLong(1L << 45);

            assertThat(a.asOf(earlier).asOf(later)).isEqualTo(a.asOf(later));
            assertThat(a.asOf(later).asOf(earlier)).isEqualTo(a.asOf(later));
        });
    }

    /** The same versions with stamps and expiries that have nothing to do with their order. */
    private static VersionSet stamped(VersionSet set, long salt) {
        return VersionSet.of(
                set.context(),
                set.versions().stream()
                        .map(version -> {
                            SplittableRandom stamps =
                                    new SplittableRandom(salt ^ version.dot().hashCode());
                            return new Version(
                                    version.dot(),
                                    stamps.nextLong(Long.MAX_VALUE),
                                    stamps.nextLong(Long.MAX_VALUE),
                                    version.writeId(),
                                    version.value());
                        })
                        .toList());
    }

    @Test
    void merge_isMonotone() {
        Cases.check(CASES, random -> {
            VersionSet a = Generated.set(random);
            VersionSet b = Generated.set(random);
            VersionSet more = a.merge(Generated.set(random));
            assertThat(Naive.of(a.merge(b)).includes(Naive.of(a))).as("a <= ab").isTrue();
            assertThat(Naive.of(a.merge(b)).includes(Naive.of(b))).as("b <= ab").isTrue();
            assertThat(Naive.of(more.merge(b)).includes(Naive.of(a.merge(b))))
                    .as("a <= a', so ab <= a'b")
                    .isTrue();
        });
    }

    @Test
    void equalSets_haveEqualBytes_andOthersHaveNot() {
        Cases.check(CASES, random -> {
            Naive naive = Generated.naive(random);
            VersionSet a = naive.toSet();
            VersionSet built = VersionSet.of(Generated.context(random, naive.seen()), shuffled(naive, random));
            VersionSet other = Generated.set(random);
            assertSame(a, built);
            assertThat(other.equals(a)).isEqualTo(Arrays.equals(other.encoded(), a.encoded()));
        });
    }

    @Test
    void write_replacesExactlyWhatItsContextCovers() {
        Cases.check(CASES, random -> {
            Naive before = Generated.naive(random);
            TreeSet<Dot> seen = Generated.dots(random);
            CausalContext context = Generated.context(random, seen);
            Dot dot = new Dot(
                    Generated.ACTORS.get(random.nextInt(Generated.ACTORS.size())),
                    Generated.COUNTER_MAX + random.nextInt(1, 3));
            Version version = Generated.version(dot);

            VersionSet after = before.toSet().write(context, version);

            before.write(seen, version).assertSameAs(after);
            assertThat(after.versions()).contains(version);
            assertThat(after.versions().size() - 1)
                    .isEqualTo(before.toSet().unseenBy(context))
                    .isEqualTo((int) before.live().keySet().stream()
                            .filter(live -> !seen.contains(live))
                            .count());
            assertThat(Naive.dotsOf(context.with(dot))).as("returned context").hasSize(seen.size() + 1);
        });
    }

    @Test
    void write_withADotThatIsKnown_isRefused() {
        Cases.check(CASES, random -> {
            Naive before = Generated.naive(random);
            TreeSet<Dot> seen = Generated.dots(random);
            Dot dot = Generated.dot(random);
            boolean known = before.seen().contains(dot) || seen.contains(dot);
            CausalContext context = Generated.context(random, seen);
            if (known) {
                assertThatThrownBy(() -> before.toSet().write(context, Generated.version(dot)))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("is not new");
            } else {
                before.write(seen, Generated.version(dot))
                        .assertSameAs(before.toSet().write(context, Generated.version(dot)));
            }
        });
    }

    @Test
    void lastWriteOnly_keepsTheWinner_andForgetsNothing() {
        Cases.check(CASES, random -> {
            VersionSet set = Generated.set(random);
            VersionSet last = set.lastWriteOnly();
            assertThat(last.context()).isEqualTo(set.context());
            assertThat(last.versions().size())
                    .isEqualTo(Math.min(1, set.versions().size()));
            for (Version winner : last.versions()) {
                assertThat(set.versions()).contains(winner);
                assertThat(winner.timestamp()).isEqualTo(set.highestTimestamp());
                assertThat(set.versions())
                        .filteredOn(version -> version.timestamp() == winner.timestamp())
                        .last()
                        .isEqualTo(winner);
            }
            assertThat(last.lastWriteOnly()).isEqualTo(last);
        });
    }

    private static List<Version> shuffled(Naive naive, SplittableRandom random) {
        List<Version> versions = new ArrayList<>(naive.live().values());
        Generated.shuffle(random, versions);
        return versions;
    }

    private static void assertSame(VersionSet a, VersionSet b) {
        assertThat(a).isEqualTo(b).hasSameHashCodeAs(b);
        assertThat(a.encoded()).isEqualTo(b.encoded());
    }
}
