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
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Native memory comes back: seen from outside, in a process of its own with a small heap. */
@Timeout(1_800)
class LeakIT {

    @TempDir
    private Path temporary;

    @Test
    void openAndClose_manyTimes_leaksNoMemory() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/status")), "no /proc: resident memory cannot be read");
        int opens = Integer.getInteger("dynamo.opens", 60);
        Process process = Engines.java(
                        temporary, Opener.class, temporary.resolve("data").toString(), "" + opens)
                .start();
        String[] answer =
                new String(process.getInputStream().readAllBytes()).trim().split(" ");
        assertThat(process.waitFor()).isZero();
        long before = Long.parseLong(answer[0]);
        long grown = Long.parseLong(answer[1]) - before;
        System.out.println(
                "LeakIT: " + opens + " opens and closes grew the process by " + grown + " KiB from " + before);
        assertThat(grown).as("KiB grown in %s opens", opens).isLessThan(32 << 10);
    }

    /** Prints the resident KiB before and after the opens. */
    static final class Opener {
        private Opener() {}

        public static void main(String[] args) throws IOException {
            Path data = Path.of(args[0]);
            for (int i = 0; i < 40; i++) {
                openUseClose(data, i);
            }
            long before = residentKib();
            for (int i = 0; i < Integer.parseInt(args[1]); i++) {
                openUseClose(data, i);
            }
            System.out.println(before + " " + residentKib());
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
