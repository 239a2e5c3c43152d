package io.dynamo.core.planted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.core.planted.PlantedBug.Patch;
import io.dynamo.core.sim.Simulation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Patched code is what runs; everything else is as it was. */
class PatchedCoreTest {

    private static final String PROFILES = "io/dynamo/core/sim/Profiles";

    @Test
    void patchedClass_isTheOneThatRuns() {
        PatchedSimulation patched = PatchedSimulation.of(List.of(new Patch(PROFILES, "\"calm\",", "\"patched\",")));
        assertThat(patched.profiles()).contains("patched").doesNotContain("calm");
        assertThat(Simulation.profiles()).contains("calm").doesNotContain("patched");
    }

    @Test
    void nestedClasses_ofAPatchedSource_areTheOnesThatRun() {
        // The events of the universe: one that does nothing ends all life, and no cluster gets ready.
        PatchedSimulation patched =
                PatchedSimulation.of(List.of(new Patch("io/dynamo/core/sim/Universe", "what.run();", "")));
        assertThat(patched.run(1, "calm").violations()).anyMatch(violation -> violation.startsWith("START"));
    }

    @Test
    void patchThatChangesNothing_takesTheSameCourse() {
        PatchedSimulation patched = PatchedSimulation.of(List.of(
                new Patch(PROFILES, "case \"calm\" ->", "/* as it was */ case \"calm\" ->"),
                new Patch("io/dynamo/core/replica/StoredRecords", "return isOwn ?", "/* as it was */ return isOwn ?")));
        Simulation.Report report = Simulation.run(1, "calm");
        assertThat(patched.run(1, "calm")).isEqualTo(new PatchedSimulation.Outcome(report.violations(), report.hash()));
    }

    @Test
    void patchThatDoesNotFit_saysWhichAndWhere() {
        assertThatThrownBy(() -> PatchedCore.with(List.of(new Patch(PROFILES, "no such text", ""))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(PROFILES)
                .hasMessageContaining("no such text");
        assertThatThrownBy(() -> PatchedCore.with(List.of(new Patch(PROFILES, "chance", ""))))
                .hasMessageContaining("exactly once");
    }

    @Test
    void patchThatDoesNotCompile_saysWhy() {
        assertThatThrownBy(() -> PatchedCore.with(List.of(new Patch(PROFILES, "\"calm\",", "calm,"))))
                .hasMessageContaining("does not compile")
                .hasMessageContaining("calm");
    }
}
