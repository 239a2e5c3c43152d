package io.dynamo.core.causality;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.core.Cases;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The laws of clock truncation (traps T8). */
class TruncationPropertyTest {

    private static final int CASES = 10_000;
    private static final Predicate<Actor> NONE = actor -> false;

    private static Predicate<Actor> someActors(SplittableRandom random) {
        TreeSet<Actor> some = new TreeSet<>();
        Generated.ACTORS.forEach(actor -> {
            if (random.nextInt(3) > 0) {
                some.add(actor);
            }
        });
        return some::contains;
    }

    private static VersionSet truncated(VersionSet set, int entriesMax, Predicate<Actor> over) {
        return set.without(Truncation.excess(set, entriesMax, over), NONE);
    }

    @Test
    void truncated_keepsEveryLiveVersion_andForgetsOnlyActorsThatMayGo() {
        Cases.check(CASES, random -> {
            VersionSet set = Generated.set(random);
            Predicate<Actor> over = someActors(random);
            VersionSet after = truncated(set, random.nextInt(1, 12), over);

            assertThat(after.versions()).isEqualTo(set.versions());
            for (Actor actor : set.context().actors()) {
                CausalContext kept = after.context().only(actor::equals);
                if (!over.test(actor) || set.hasLiveOf(actor)) {
                    assertThat(kept).isEqualTo(set.context().only(actor::equals));
                } else {
                    assertThat(kept).isIn(CausalContext.EMPTY, set.context().only(actor::equals));
                }
            }
        });
    }

    @Test
    void truncated_keepsNoMoreThanItMay_orNobodyIsLeftToGo() {
        Cases.check(CASES, random -> {
            VersionSet set = Generated.set(random);
            int entriesMax = random.nextInt(1, 12);
            Predicate<Actor> over = someActors(random);
            VersionSet after = truncated(set, entriesMax, over);

            if (after.context().entries() > entriesMax) {
                assertThat(after.context().actors()).noneMatch(actor -> over.test(actor) && !set.hasLiveOf(actor));
            }
            if (set.context().entries() <= entriesMax) {
                assertThat(after).isSameAs(set);
            }
        });
    }

    @Test
    void truncated_takesTheOldestFirst_andNoneTooMany() {
        Cases.check(CASES, random -> {
            VersionSet set = Generated.set(random);
            int entriesMax = random.nextInt(1, 12);
            Predicate<Actor> over = someActors(random);
            List<Actor> gone = Truncation.excess(set, entriesMax, over).actors();

            List<Actor> inOrder = set.context().actors().stream()
                    .filter(actor -> over.test(actor) && !set.hasLiveOf(actor))
                    .toList();
            assertThat(gone).isEqualTo(inOrder.subList(0, gone.size()));
            if (!gone.isEmpty()) {
                Actor last = gone.get(gone.size() - 1);
                int left = truncated(set, entriesMax, over).context().entries();
                assertThat(left + set.context().only(last::equals).entries())
                        .as("without the last one")
                        .isGreaterThan(entriesMax);
            }
        });
    }

    @Test
    void truncated_isIdempotent_inNormalForm_andTheSameForEqualSets() {
        Cases.check(CASES, random -> {
            Naive naive = Generated.naive(random);
            int entriesMax = random.nextInt(1, 12);
            Predicate<Actor> over = someActors(random);
            VersionSet after = truncated(naive.toSet(), entriesMax, over);

            assertThat(truncated(after, entriesMax, over)).isSameAs(after);
            assertThat(truncated(naive.toSet(), entriesMax, over).encoded()).isEqualTo(after.encoded());
            VersionSet rebuilt = Naive.of(after).toSet();
            assertThat(rebuilt).isEqualTo(after);
            assertThat(rebuilt.encoded()).isEqualTo(after.encoded());
        });
    }

    @Test
    void without_onAnotherReplica_keepsWhatItHasSeenBeyond() {
        Cases.check(CASES, random -> {
            VersionSet sent = Generated.set(random);
            CausalContext forgotten = Truncation.excess(sent, random.nextInt(1, 12), someActors(random));
            VersionSet merged = Generated.set(random).merge(sent);
            Predicate<Actor> stays = someActors(random);
            VersionSet after = merged.without(forgotten, stays);

            assertThat(after.versions()).isEqualTo(merged.versions());
            for (Actor actor : merged.context().actors()) {
                CausalContext part = merged.context().only(actor::equals);
                boolean goes = !stays.test(actor)
                        && !merged.hasLiveOf(actor)
                        && forgotten.actors().contains(actor)
                        && Naive.dotsOf(forgotten).containsAll(Naive.dotsOf(part));
                assertThat(after.context().only(actor::equals)).isEqualTo(goes ? CausalContext.EMPTY : part);
            }
        });
    }
}
