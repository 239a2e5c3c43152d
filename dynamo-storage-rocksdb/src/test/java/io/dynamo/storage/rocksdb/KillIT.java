package io.dynamo.storage.rocksdb;

import static io.dynamo.storage.rocksdb.Engines.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 at any moment loses nothing acknowledged, is never taken for a regression, and leaves nothing behind. */
@Timeout(1_800)
class KillIT {

    /** The library, its lock, and what a process killed while unpacking or checking leaves. */
    private static final int FILES_MAX = 4;

    @TempDir
    private Path temporary;

    @Test
    void killed_again_keepsEveryAcknowledgedWrite() throws Exception {
        int kills = Integer.getInteger("dynamo.kills", 10);
        long seed = Long.getLong("dynamo.seed", System.nanoTime());
        System.out.println("KillIT: replay with -Ddynamo.seed=" + seed);
        Random random = new Random(seed);
        Path data = temporary.resolve("data");
        Path temp = Files.createDirectory(temporary.resolve("tmp"));
        List<String> acknowledged = new ArrayList<>();
        for (int kill = 0; kill < kills; kill++) {
            List<String> now = runAndKill(data, temp, "run" + kill, random);
            acknowledged.addAll(now);
            try (StorageEngine engine = Engines.open(data)) {
                // All of the last run, and a sample of what came before.
                now.forEach(key -> assertValue(engine, key));
                for (int i = 0; i < 200 && !acknowledged.isEmpty(); i++) {
                    assertValue(engine, acknowledged.get(random.nextInt(acknowledged.size())));
                }
            }
            assertThat(filesIn(temp))
                    .as("files in the temporary directory after kill %s", kill)
                    .hasSizeLessThanOrEqualTo(FILES_MAX);
        }
        System.out.println("KillIT: " + kills + " kills, " + acknowledged.size() + " acknowledged writes, 0 lost");
        assertThat(acknowledged).isNotEmpty();
    }

    private static List<String> runAndKill(Path data, Path temp, String name, Random random) throws Exception {
        Process process =
                Engines.java(temp, KilledProcess.class, data.toString(), name).start();
        try {
            InputStream out = process.getInputStream();
            CompletableFuture<String> read = new CompletableFuture<>();
            CompletableFuture<Boolean> first = new CompletableFuture<>();
            Thread reader = new Thread(() -> read.complete(readAll(out, first)));
            reader.setDaemon(true);
            reader.start();
            if (random.nextInt(4) > 0) {
                first.get(60, TimeUnit.SECONDS);
            }
            // One in four dies somewhere in its start.
            assertThat(process.waitFor(random.nextInt(400), TimeUnit.MILLISECONDS))
                    .as("ended by itself")
                    .isFalse();
            process.destroyForcibly().waitFor();
            String text = read.get(60, TimeUnit.SECONDS);
            // What follows the last line end was cut off by the kill.
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        } finally {
            process.destroyForcibly();
        }
    }

    private static String readAll(InputStream in, CompletableFuture<Boolean> first) {
        StringBuilder all = new StringBuilder();
        byte[] buffer = new byte[8192];
        try {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                all.append(new String(buffer, 0, n, StandardCharsets.US_ASCII));
                first.complete(true);
            }
        } catch (IOException e) {
            // The pipe of a killed process: what was read counts.
        }
        first.complete(false);
        return all.toString();
    }

    private static void assertValue(StorageEngine engine, String key) {
        assertThat(engine.get(Space.RECORDS, bytes(key))).as(key).isEqualTo(KilledProcess.value(key));
    }

    private static List<String> filesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(Path::toFile)
                    .filter(File::isFile)
                    .map(File::getName)
                    .toList();
        }
    }
}
