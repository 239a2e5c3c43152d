package io.dynamo.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The shrinker on made-up runs that break when certain steps come together. */
class ShrinkerTest {

    private final Plan plan = Plan.draw(1, SimulationProfile.calm());
    private final List<Integer> sizes = new ArrayList<>();

    @Test
    void runThatNeedsThreeSteps_isShrunkToThese() {
        Shrinker.Shrunk shrunk = shrink(5_000, steps -> steps.containsAll(List.of(7, 90, 191)));
        assertThat(numbers(shrunk.plan())).containsExactly(7, 90, 191);
        assertThat(shrunk.isMinimal()).isTrue();
        assertThat(sizes.size())
                .as("far fewer runs than one for each step and each step left")
                .isLessThan(700);
    }

    @Test
    void everyStepLeft_isNeeded() {
        Shrinker.Shrunk shrunk =
                shrink(20_000, steps -> steps.stream().filter(n -> n % 3 == 0).count() >= 5);
        assertThat(shrunk.plan().steps()).hasSize(5);
        assertThat(shrunk.isMinimal()).isTrue();
    }

    @Test
    void anotherViolation_isNotMistakenForThis() {
        Shrinker.Shrunk shrunk = Shrinker.shrink(plan, report(plan, "I1 k: lost"), 5_000, smaller -> {
            boolean isSame = numbers(smaller).contains(50);
            return report(smaller, isSame ? "I1 k: lost" : "I12 k: two values");
        });
        assertThat(numbers(shrunk.plan())).containsExactly(50);
    }

    @Test
    void runsUsedUp_givesWhatItHas_andSaysSo() {
        Shrinker.Shrunk shrunk = shrink(10, steps -> steps.containsAll(List.of(7, 90, 191)));
        assertThat(sizes).hasSize(10);
        assertThat(shrunk.isMinimal()).isFalse();
        assertThat(numbers(shrunk.plan())).contains(7, 90, 191);
    }

    @Test
    void otherLuck_isTriedBeforeAStepIsKept() {
        Shrinker.Shrunk shrunk = Shrinker.shrink(plan, report(plan, "I1 k: lost"), 5_000, smaller -> {
            boolean isLucky = smaller.luck() % 3 == 0;
            return report(smaller, isLucky && numbers(smaller).contains(3) ? "I1 k: lost" : "");
        });
        assertThat(numbers(shrunk.plan())).containsExactly(3);
        assertThat(shrunk.plan().luck() % 3).isZero();
    }

    private Shrinker.Shrunk shrink(int runsMax, Predicate<TreeSet<Integer>> breaks) {
        return Shrinker.shrink(plan, report(plan, "I1 k: lost"), runsMax, smaller -> {
            sizes.add(smaller.steps().size());
            return report(smaller, breaks.test(numbers(smaller)) ? "I1 k: lost" : "");
        });
    }

    private static Simulation.Report report(Plan plan, String violation) {
        return new Simulation.Report(plan.seed(), violation.isEmpty() ? List.of() : List.of(violation), "", 1, 0, "");
    }

    private static TreeSet<Integer> numbers(Plan plan) {
        TreeSet<Integer> numbers = new TreeSet<>();
        plan.steps().forEach(step -> numbers.add(step.number()));
        return numbers;
    }
}
