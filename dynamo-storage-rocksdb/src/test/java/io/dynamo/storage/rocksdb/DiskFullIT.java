package io.dynamo.storage.rocksdb;

import static io.dynamo.storage.rocksdb.Engines.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A full disk, on a small file system of its own: needs the right to mount one. */
@Timeout(120)
class DiskFullIT {

    @TempDir
    private Path temporary;

    @Test
    void diskFull_writesAreRefusedReadsGoOnAndNothingIsLost() throws Exception {
        Path disk = Files.createDirectory(temporary.resolve("disk"));
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk.toString());
        if (!mounted) {
            System.out.println("DiskFullIT: skipped, this user may not mount a file system");
        }
        Assumptions.assumeTrue(mounted, "this user may not mount a file system");
        try {
            fillAndReopen(disk);
        } finally {
            assertThat(run("umount", "-l", disk.toString())).isTrue();
        }
    }

    private static void fillAndReopen(Path disk) throws Exception {
        Path ballast = Files.write(disk.resolve("ballast"), new byte[8 << 20]);
        int written = 0;
        try (StorageEngine engine = Engines.open(disk.resolve("data"), "write-buffer", "4MiB")) {
            StorageException failure = null;
            while (failure == null) {
                try {
                    Engines.write(engine, batch(written), Durability.SYNC);
                    written++;
                } catch (StorageException e) {
                    failure = e;
                }
                assertThat(written).as("writes that fit").isLessThan(20_000);
            }
            assertThat(failure).hasMessageContaining("the disk is full").hasMessageContaining("open the engine again");
            assertThatThrownBy(() -> Engines.write(engine, batch(0), Durability.SYNC))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("takes no writes since one failed")
                    .hasMessageContaining("nothing was written");
            assertThat(engine.statistics()).containsEntry("failed", 1L);
            assertThat(engine.get(Space.RECORDS, bytes("k0"))).isNotNull();
            assertThat(engine.get(Space.RECORDS, bytes("k" + (written - 1)))).isNotNull();
        }
        Files.delete(ballast);
        try (StorageEngine engine = Engines.open(disk.resolve("data"), "write-buffer", "4MiB")) {
            for (int i = 0; i < written; i++) {
                assertThat(engine.get(Space.RECORDS, bytes("k" + i)))
                        .as("acknowledged write %s", i)
                        .isNotNull();
            }
            Engines.write(engine, batch(0), Durability.SYNC);
        }
        System.out.println("DiskFullIT: " + written + " acknowledged writes until the disk was full, 0 lost");
    }

    private static WriteBatch batch(int i) {
        byte[] value = new byte[4_096];
        new java.util.Random(i).nextBytes(value);
        return new WriteBatch().put(Space.RECORDS, bytes("k" + i), value);
    }

    private static boolean run(String... command) throws Exception {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (java.io.IOException e) {
            return false;
        }
    }
}
