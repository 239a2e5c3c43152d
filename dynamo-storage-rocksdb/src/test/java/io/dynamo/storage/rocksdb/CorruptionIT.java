package io.dynamo.storage.rocksdb;

import static io.dynamo.storage.rocksdb.Engines.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Damaged table files: an error, never a wrong value, never a missing key. */
@Timeout(240)
class CorruptionIT {

    private static final int KEYS = 1_000;

    @TempDir
    private Path temporary;

    @Test
    void tableFileDamaged_readsFailOrAreRight() throws Exception {
        Path whole = temporary.resolve("whole");
        long seed = Long.getLong("dynamo.seed", System.nanoTime());
        System.out.println("CorruptionIT: replay with -Ddynamo.seed=" + seed);
        Random random = new Random(seed);
        try (StorageEngine engine = Engines.open(whole)) {
            for (int i = 0; i < KEYS; i++) {
                Engines.write(engine, new WriteBatch().put(Space.RECORDS, key(i), value(i)), Durability.BUFFERED);
            }
        }
        // Recovery at the second open turns the log into table files.
        Engines.open(whole).close();
        List<Path> tables = Engines.files(whole, ".sst");
        assertThat(tables).isNotEmpty();
        int noticed = 0;
        int flips = Integer.getInteger("dynamo.flips", 25);
        for (int i = 0; i < flips; i++) {
            Path damaged = Engines.copy(whole, temporary.resolve("damaged" + i));
            Path table = damaged.resolve("db")
                    .resolve(tables.get(random.nextInt(tables.size())).getFileName());
            long at = random.nextInt((int) Files.size(table));
            Engines.flipBit(table, at);
            noticed += failures(damaged, at) > 0 ? 1 : 0;
        }
        System.out.println(
                "CorruptionIT: " + noticed + " of " + flips + " flips in table files were noticed by a read");
        assertThat(noticed).isGreaterThan(flips / 2);
    }

    /** Reads everything by key and by scan; gives the number of errors. */
    private static int failures(Path damaged, long at) {
        int failures = 0;
        try (StorageEngine engine = Engines.open(damaged)) {
            for (int i = 0; i < KEYS; i++) {
                try {
                    assertThat(engine.get(Space.RECORDS, key(i)))
                            .as("key %s, flip at %s", i, at)
                            .isEqualTo(value(i));
                } catch (StorageException e) {
                    assertThat(e).hasMessageContaining(".sst").hasMessageContaining("a file is damaged");
                    failures++;
                }
            }
            int seen = 0;
            try (StorageEngine.Scan scan = engine.scan(Space.RECORDS, new byte[0], null)) {
                while (scan.hasNext()) {
                    assertThat(scan.next().getValue()).isEqualTo(value(seen));
                    seen++;
                }
                assertThat(seen).as("a scan that ends is whole, flip at %s", at).isEqualTo(KEYS);
            } catch (StorageException e) {
                failures++;
            }
        } catch (StorageException refusedAtOpen) {
            failures++;
        }
        return failures;
    }

    private static byte[] key(int i) {
        return bytes(String.format("key%06d", i));
    }

    private static byte[] value(int i) {
        byte[] value = new byte[200];
        new Random(i).nextBytes(value);
        return value;
    }
}
