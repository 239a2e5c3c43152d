package io.dynamo.core.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The command of {@code .ci/simulate}. */
class SimulateTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void seeds_thatKeepTheirPromises_closeWithOneLine_andStatus0() {
        assertThat(run("--seeds", "3..5", "--profile", "calm")).isZero();
        assertThat(text(out)).matches("seeds 3 violations 0 hash [0-9a-f]{64}\\R");
        assertThat(text(err)).startsWith("3 of 3 seeds, 0 broke a promise");
    }

    @Test
    void sameSeeds_twice_haveTheSameHash() {
        run("--seeds", "1..4");
        String once = text(out);
        out.reset();
        run("--seeds", "1..4");
        assertThat(text(out)).isEqualTo(once);
        out.reset();
        run("--seeds", "2..5");
        assertThat(text(out)).isNotEqualTo(once);
    }

    @Test
    void oneSeed_isARangeOfOne() {
        assertThat(Simulate.parse("--seeds", "7")).isEqualTo(new Simulate.Arguments(7, 7, "swarm"));
    }

    @Test
    void wrongCall_saysWhatIsAllowed_andEndsWithStatus2() {
        assertThat(run("--seeds", "5..1")).isEqualTo(2);
        assertThat(text(err))
                .contains("--seeds = 5..1; the first must not be above the last")
                .contains("usage:");
        assertThatThrownBy(() -> Simulate.parse("--seeds", "many")).hasMessageContaining("a range such as 1..2000");
        assertThatThrownBy(() -> Simulate.parse()).hasMessageContaining("--seeds = ''");
        assertThatThrownBy(() -> Simulate.parse("--seeds")).hasMessageContaining("--seeds wants a value");
        assertThatThrownBy(() -> Simulate.parse("--seed", "1")).hasMessageContaining("unknown argument --seed");
        assertThatThrownBy(() -> Simulate.parse("--seeds", "1", "--profile", "storm"))
                .hasMessageContaining("--profile = storm; allowed: [swarm, calm,");
    }

    private int run(String... args) {
        return Simulate.run(args, print(out), print(err));
    }

    private static PrintStream print(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream from) {
        return from.toString(StandardCharsets.UTF_8);
    }
}
