package io.dynamo.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The same seed gives the same run, byte for byte: twice in one JVM, and in another one whose hash codes differ. */
class SimDeterminismTest {

    private static final int SEEDS = Integer.getInteger("sim.determinism.seeds", 25);

    @Test
    void sameSeed_twiceInOneJvm_hasTheSameTrace() {
        List<String> once = hashes(SEEDS);
        assertThat(hashes(SEEDS)).isEqualTo(once);
        assertThat(once).doesNotHaveDuplicates();
    }

    @Test
    void sameSeed_inAnotherJvm_hasTheSameTrace() {
        assertThat(hashesOfAnotherJvm("-XX:+UnlockExperimentalVMOptions", "-XX:hashCode=2"))
                .isEqualTo(hashes(5));
        assertThat(hashesOfAnotherJvm("-XX:+UnlockExperimentalVMOptions", "-XX:hashCode=5", "-XX:+UseSerialGC"))
                .isEqualTo(hashes(5));
    }

    @Test
    void anotherSeed_hasAnotherTrace() {
        assertThat(Simulation.run(1, hostile()).hash())
                .isNotEqualTo(Simulation.run(2, hostile()).hash());
    }

    /** Five nodes; frames are lost, doubled and late. */
    private static SimulationProfile hostile() {
        return SimulationProfile.calm()
                .with(new SimulationProfile.Shape(5, 3, 2, 2, 4, true))
                .with(new SimulationProfile.Network(
                        0.05, 0.1, Duration.ofNanos(100_000), Duration.ofMillis(30), 0.02, false, 0.2, 0.05))
                .with(new SimulationProfile.Clocks(Duration.ofSeconds(2), 1_000));
    }

    private static List<String> hashes(int seeds) {
        List<String> hashes = new ArrayList<>();
        for (int seed = 1; seed <= seeds; seed++) {
            hashes.add(Simulation.run(seed, hostile()).hash());
        }
        return hashes;
    }

    private static List<String> hashesOfAnotherJvm(String... flags) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags));
        command.addAll(List.of(
                "-Xmx512m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                PrintHashes.class.getName(),
                "5"));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (var out = process.getInputStream()) {
                return new String(out.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
            } finally {
                process.destroy();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the other JVM runs. */
    static final class PrintHashes {
        private PrintHashes() {}

        public static void main(String[] args) {
            hashes(Integer.parseInt(args[0])).forEach(System.out::println);
        }
    }
}
