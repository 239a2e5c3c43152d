package io.dynamo.core.planted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dynamo.core.planted.PlantedBugSearch.Row;
import io.dynamo.core.sim.Simulation;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A simulator is worth what it finds: each planted bug is found on the seed kept for it, and the same seed finds nothing in the
 * product. {@code -Dplanted.search=2000} looks for the seeds anew, as is needed whenever the simulator takes other courses.
 */
class PlantedBugTest {

    private static final String SEARCH = "look for it anew: CONTRIBUTING.md, \"find planted bugs\"";

    @ParameterizedTest
    @MethodSource("bugs")
    void plantedBug_onItsKeptSeed_isFound(PlantedBug bug) {
        List<String> violations =
                PatchedSimulation.of(bug).run(bug.seed(), bug.profile()).violations();
        assertThat(violations)
                .as("seed %d of %s no longer finds: %s; %s", bug.seed(), bug.profile(), bug, SEARCH)
                .anyMatch(bug::isShownBy);
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void keptSeed_withoutItsBug_findsNothing(PlantedBug bug) {
        assertThat(Simulation.run(bug.seed(), bug.profile()).violations()).isEmpty();
    }

    @Test
    void eachPlantedBug_isFoundBySomeSeed_andTheProductByNone() throws InterruptedException, ExecutionException {
        long seeds = Long.getLong("planted.search", 0);
        assumeTrue(seeds > 0, "skipped: the search takes half an hour; -Dplanted.search=2000 runs it");
        List<Row> rows = PlantedBugSearch.search(seeds, bugs());
        for (PlantedBug bug : bugs()) {
            assertThat(rows).as("found: %s", bug).anyMatch(row -> row.bug().equals(bug.name()) && row.found() > 0);
        }
        assertThat(rows)
                .filteredOn(Row::isOfTheProductAsItIs)
                .allSatisfy(row -> assertThat(row.broken()).isEmpty());
    }

    static List<PlantedBug> bugs() {
        return Stream.of(PlantedBugs.ALL, PlantedPurgeBugs.ALL, PlantedCopyBugs.ALL, PlantedMemberBugs.ALL)
                .flatMap(List::stream)
                .toList();
    }
}
