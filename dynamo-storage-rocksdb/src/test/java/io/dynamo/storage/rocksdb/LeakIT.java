package io.dynamo.storage.rocksdb;

import static io.dynamo.storage.rocksdb.Engines.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.WriteBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Native memory comes back: seen from outside, in a process of its own with a small heap. */
@Timeout(1_800)
class LeakIT {

    @TempDir
    private Path temporary;

    private static final int WARM_UP = 40;
    private static final int OPENS_PER_SAMPLE = 10;
    /** Without a leak about 7 are seen; one of half a MiB is ten times over. */
    private static final long KIB_PER_OPEN_MAX = 50;

    @Test
    void openAndClose_manyTimes_leaksNoMemory() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/status")), "no /proc: resident memory cannot be read");
        int opens = Integer.getInteger("dynamo.opens", 100);
        Process process = Engines.java(
                        temporary, Opener.class, temporary.resolve("data").toString(), "" + opens)
                .start();
        String answer = new String(process.getInputStream().readAllBytes()).trim();
        assertThat(process.waitFor()).isZero();
        List<Long> samples = Stream.of(answer.split(" ")).map(Long::parseLong).toList();
        double grown = kibPerOpen(samples);
        System.out.println(
                "LeakIT: " + opens + " opens and closes, in the end " + grown + " KiB each; resident KiB: " + samples);
        assertThat(grown)
                .as("KiB that each open leaves behind; all samples: %s", samples)
                .isLessThan(KIB_PER_OPEN_MAX);
    }

    @Test
    void judge_findsASteadyLeak_andForgivesWarmingUpAndOneStep() {
        List<Long> warmingUp = List.of(67_000L, 71_000L, 73_000L, 73_500L, 73_600L, 75_800L, 75_900L, 75_950L, 76_000L);
        assertThat(kibPerOpen(warmingUp)).isLessThan(KIB_PER_OPEN_MAX);
        List<Long> leaking =
                LongStream.range(0, 13).map(i -> 70_000 + i * 600).boxed().toList();
        assertThat(kibPerOpen(leaking)).isGreaterThan(KIB_PER_OPEN_MAX);
    }

    /**
     * What the process grew by in the second half of the samples. Memory is still being warmed up in the first; the largest
     * step of the second is left out, as a process may take a whole arena at any time, but only a leak goes on growing.
     */
    private static double kibPerOpen(List<Long> samples) {
        List<Long> steps = new ArrayList<>();
        for (int i = samples.size() / 2; i + 1 < samples.size(); i++) {
            steps.add(samples.get(i + 1) - samples.get(i));
        }
        steps.remove(Collections.max(steps));
        return steps.stream().mapToLong(step -> step).sum() / (double) (steps.size() * OPENS_PER_SAMPLE);
    }

    /** Prints the resident KiB after each few of the opens. */
    static final class Opener {
        private Opener() {}

        public static void main(String[] args) throws IOException {
            Path data = Path.of(args[0]);
            for (int i = 0; i < WARM_UP; i++) {
                openUseClose(data, i);
            }
            StringBuilder samples = new StringBuilder().append(residentKib());
            for (int i = 0; i < Integer.parseInt(args[1]); i++) {
                openUseClose(data, i);
                if (i % OPENS_PER_SAMPLE == OPENS_PER_SAMPLE - 1) {
                    samples.append(' ').append(residentKib());
                }
            }
            System.out.println(samples);
        }

        private static void openUseClose(Path data, int i) {
            try (StorageEngine engine = Engines.open(data.resolve("" + i % 3))) {
                for (int j = 0; j < 20; j++) {
                    WriteBatch batch = new WriteBatch().put(Space.RECORDS, bytes("k" + j), new byte[10_000]);
                    Engines.write(engine, batch, Durability.BUFFERED);
                }
                engine.scan(Space.RECORDS, new byte[0], bytes("z")).next();
                engine.statistics();
            }
        }

        private static long residentKib() throws IOException {
            System.gc();
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        }
    }
}
