package io.dynamo.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Whole clusters under seeds: no acknowledged write is lost, none appears that nobody wrote, none comes twice, no dot names
 * two writes, and all replicas become alike. {@code -Dsim.seeds=N} runs more, {@code -Ddynamo.seed=S} replays one.
 */
class SimSafetyTest {

    private static final int SEEDS = 250;

    @Test
    void clusters_underFaults_keepTheirPromises() {
        List<String> stories = new ArrayList<>();
        long events = 0;
        Long one = Long.getLong("dynamo.seed");
        long first = one != null ? one : Long.getLong("sim.first", 1);
        long last = one != null ? one : first + Integer.getInteger("sim.seeds", SEEDS) - 1;
        int failed = 0;
        for (long seed = first; seed <= last; seed++) {
            Simulation.Report result = Simulation.run(seed, "swarm");
            events += result.events();
            if (!result.violations().isEmpty()) {
                failed++;
                if (stories.size() < 3) {
                    stories.add(Story.of(seed, "swarm"));
                }
            }
        }
        assertThat(events).isPositive();
        assertThat(stories)
                .as("%d of %d seeds broke a promise; the first of them", failed, last - first + 1)
                .isEmpty();
    }
}
