package io.dynamo.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole clusters under seeds: no acknowledged write is lost, none appears that nobody wrote, none comes twice, no dot names
 * two writes, and after the faults every operation succeeds and all replicas become alike.
 *
 * <p>{@code -Dsim.seeds=N} runs more of the swarm, {@code -Dsim.first=S} others; {@code -Ddynamo.seed=S} replays one.
 */
class SimSafetyTest {

    private static final int SEEDS = 2_000;
    private static final int DIRECTED_SEEDS = 50;

    @Test
    void swarm_underFaults_keepsItsPromises() {
        Long one = Long.getLong("dynamo.seed");
        long first = one != null ? one : Long.getLong("sim.first", 1);
        long last = one != null ? one : first + Integer.getInteger("sim.seeds", SEEDS) - 1;
        keepsItsPromises("swarm", first, last);
    }

    @ParameterizedTest
    @MethodSource("directed")
    void directedProfile_keepsItsPromises(String profile) {
        keepsItsPromises(profile, 1, DIRECTED_SEEDS);
    }

    @ParameterizedTest
    @MethodSource("found")
    void seedThatOnceFoundSomething_findsNothing(String profile, long seed, String what) {
        assertThat(Simulation.run(seed, profile).violations())
                .as("found once: %s", what)
                .isEmpty();
    }

    /** Kept for ever, beside the plain test of what each of them found. */
    static List<Arguments> found() throws IOException {
        try (InputStream file = SimSafetyTest.class.getResourceAsStream("/simulation/found-seeds.txt")) {
            return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" +", 3))
                    .map(words -> Arguments.of(words[0], Long.parseLong(words[1]), words[2]))
                    .toList();
        }
    }

    static List<String> directed() {
        return Simulation.profiles().subList(1, Simulation.profiles().size());
    }

    private static void keepsItsPromises(String profile, long first, long last) {
        SeedBlock.Summary summary = SeedBlock.run(profile, first, last, report -> {});
        assertThat(summary.events()).isPositive();
        String story =
                summary.broken().isEmpty() ? "" : Story.of(summary.broken().get(0), profile);
        assertThat(story)
                .as("seeds %s of %d..%d broke a promise; the first of them", summary.broken(), first, last)
                .isEmpty();
    }
}
