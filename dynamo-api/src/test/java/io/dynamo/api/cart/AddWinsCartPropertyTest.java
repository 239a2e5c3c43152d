package io.dynamo.api.cart;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.ReconcilerLaws;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class AddWinsCartPropertyTest {

    private static final long SEED = Long.getLong("dynamo.seed", 20_070_014);
    private static final int CASES = 10_000;

    @Test
    void cart_everyHistory_agreesWithTheHistoryOfVisibleChanges() {
        SplittableRandom seeds = new SplittableRandom(SEED);
        for (int i = 0; i < CASES; i++) {
            long seed = seeds.nextLong();
            CartHistory history = new CartHistory(new SplittableRandom(seed));
            for (int step = 0; step < 16; step++) {
                CartHistory.State state = history.step();
                assertThat(state.cart().items())
                        .as("seed %d, history %d, step %d", seed, i, step)
                        .isEqualTo(history.expected(state.known()));
            }
        }
    }

    @Test
    void merge_statesOfOneHistory_isAJoin() {
        SplittableRandom seeds = new SplittableRandom(SEED);
        int casesEach = 10;
        for (int i = 0; i < CASES / casesEach; i++) {
            CartHistory history = new CartHistory(new SplittableRandom(seeds.nextLong()));
            for (int step = 0; step < 20; step++) {
                history.step();
            }
            ReconcilerLaws.check(
                    AddWinsCart::merge, random -> history.any().cart(), AddWinsCart.CODEC, SEED, casesEach);
        }
    }

    @Test
    void merge_allStatesOfAHistory_theOrderOfDeliveryDoesNotMatter() {
        SplittableRandom seeds = new SplittableRandom(SEED);
        for (int i = 0; i < CASES; i++) {
            long seed = seeds.nextLong();
            CartHistory history = new CartHistory(new SplittableRandom(seed));
            CartHistory.State forward = history.any();
            CartHistory.State[] made = new CartHistory.State[10];
            for (int step = 0; step < made.length; step++) {
                made[step] = history.step();
                forward = CartHistory.merge(forward, made[step]);
            }
            CartHistory.State backward = made[made.length - 1];
            for (int step = made.length - 1; step >= 0; step--) {
                backward = CartHistory.merge(made[step], backward);
            }
            assertThat(backward.cart()).as("seed %d, history %d", seed, i).isEqualTo(forward.cart());
            assertThat(forward.cart().items()).isEqualTo(history.expected(forward.known()));
        }
    }
}
