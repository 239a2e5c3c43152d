package io.dynamo.core.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The same seed gives the same run, byte for byte: twice in one JVM, in others whose hash codes differ, and on a newer JDK.
 * {@code -Dsim.determinism.seeds=500} takes more seeds.
 */
class SimDeterminismTest {

    private static final int SEEDS = Integer.getInteger("sim.determinism.seeds", 50);

    @Test
    void sameSeed_twiceInOneJvm_hasTheSameTrace() {
        List<String> once = hashes(SEEDS);
        assertThat(hashes(SEEDS)).isEqualTo(once);
        assertThat(once).doesNotHaveDuplicates();
    }

    @Test
    void sameSeed_inOtherJvms_hasTheSameTrace() {
        Path here = Path.of(System.getProperty("java.home"));
        List<String> expected = hashes(SEEDS);
        assertThat(hashesOf(here, "-XX:hashCode=2")).isEqualTo(expected);
        assertThat(hashesOf(here, "-XX:hashCode=5", "-XX:+UseSerialGC")).isEqualTo(expected);
    }

    @Test
    void sameSeed_onANewerJdk_hasTheSameTrace() {
        Optional<Path> newer = newerJdk();
        assumeTrue(newer.isPresent(), "skipped: no JDK 25 in /usr/lib/jvm");
        assertThat(hashesOf(newer.orElseThrow(), "-XX:hashCode=2")).isEqualTo(hashes(SEEDS));
    }

    @Test
    void anotherSeed_hasAnotherTrace() {
        assertThat(Simulation.run(1, "swarm").hash())
                .isNotEqualTo(Simulation.run(2, "swarm").hash());
    }

    @Test
    void seedWithoutOneStep_hasAnotherTrace() {
        Plan plan = Plan.draw(1, SimulationProfile.calm());
        Plan fewer = plan.with(plan.steps().subList(1, plan.steps().size()), plan.luck());
        assertThat(Simulation.run(fewer).hash())
                .isNotEqualTo(Simulation.run(plan).hash());
    }

    private static List<String> hashes(int seeds) {
        List<String> hashes = new ArrayList<>();
        SeedBlock.run("swarm", 1, seeds, report -> hashes.add(report.hash()));
        return hashes;
    }

    private static Optional<Path> newerJdk() {
        Path all = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(all)) {
            return Optional.empty();
        }
        try (Stream<Path> homes = Files.list(all)) {
            return homes.filter(home -> isJdk25(home.resolve("release"))).findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isJdk25(Path release) {
        try {
            return Files.isRegularFile(release) && Files.readString(release).contains("JAVA_VERSION=\"25");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> hashesOf(Path javaHome, String... flags) {
        List<String> command = new ArrayList<>();
        command.add(javaHome.resolve("bin").resolve("java").toString());
        command.add("-XX:+UnlockExperimentalVMOptions");
        command.addAll(List.of(flags));
        command.addAll(List.of(
                "-Xmx1g",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                PrintHashes.class.getName(),
                Integer.toString(SEEDS)));
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
