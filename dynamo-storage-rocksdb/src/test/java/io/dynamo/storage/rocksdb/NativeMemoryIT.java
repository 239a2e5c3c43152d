package io.dynamo.storage.rocksdb;

import static io.dynamo.storage.rocksdb.Engines.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

/** What the engine keeps outside the heap is what the settings say, for all spaces together. */
@Timeout(240)
class NativeMemoryIT {

    private static final long MIB = 1L << 20;
    private static final int KEYS = 12_000;

    @TempDir
    private Path directory;

    @Test
    void cacheAndBuffers_ofAllSpacesTogether_stayWithinTheSettings() {
        try (StorageEngine engine = Engines.open(directory, "block-cache", "4MiB", "write-buffer", "4MiB")) {
            long most = 0;
            for (int i = 0; i < KEYS; i++) {
                Engines.write(engine, batch(i), Durability.BUFFERED);
                most = Math.max(most, figure(engine, "cur.size.all.mem.tables"));
            }
            // What is being flushed still counts beside what is being filled.
            assertThat(most).as("write buffers").isBetween(MIB, 3 * 4 * MIB);
            engine.flush();
            for (int i = 0; i < KEYS; i++) {
                for (Space space : Space.values()) {
                    assertThat(engine.get(space, key(i))).isNotNull();
                }
            }
            assertThat(figure(engine, "live.sst.files.size"))
                    .as("more than the cache holds")
                    .isGreaterThan(10 * MIB);
            assertThat(figure(engine, "block.cache.bytes"))
                    .as("one cache for all")
                    .isBetween(2 * MIB, 4 * MIB + 256 * 1024);
        }
    }

    @Test
    void everySpace_isAColumnFamilyOfItsOwn() throws Exception {
        Engines.open(directory).close();
        try (Options options = new Options()) {
            List<String> families = RocksDB.listColumnFamilies(
                            options, directory.resolve("db").toString())
                    .stream()
                    .map(name -> new String(name, StandardCharsets.UTF_8))
                    .toList();
            assertThat(families)
                    .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                    Stream.of("default"),
                                    Stream.of(Space.values())
                                            .map(space -> space.name().toLowerCase(Locale.ROOT)))
                            .toList());
        }
    }

    @Test
    void statistics_countWhatWasDone() {
        try (StorageEngine engine = Engines.open(directory)) {
            Map<String, Long> before = engine.statistics();
            for (int i = 0; i < 10; i++) {
                Engines.write(engine, batch(i), Durability.SYNC);
                engine.get(Space.RECORDS, key(i));
            }
            Map<String, Long> after = engine.statistics();
            assertThat(after.keySet()).isEqualTo(before.keySet());
            for (String name : List.of("bytes.written", "wal.file.synced", "memtable.hit", "sequence")) {
                assertThat(after.get(name)).as(name).isGreaterThan(before.get(name));
            }
            assertThat(after).containsEntry("background.errors", 0L).containsEntry("failed", 0L);
            assertThat(after.values()).as("every figure could be read").noneMatch(value -> value < 0);
        }
    }

    private static long figure(StorageEngine engine, String name) {
        return engine.statistics().get(name);
    }

    private static byte[] key(int i) {
        return bytes(String.format("key%06d", i));
    }

    /** A kilobyte for the records, a little for each other space. */
    private static WriteBatch batch(int i) {
        WriteBatch batch = new WriteBatch();
        for (Space space : Space.values()) {
            byte[] value = new byte[space == Space.RECORDS ? 1_000 : 200];
            new Random(i).nextBytes(value);
            batch.put(space, key(i), value);
        }
        return batch;
    }
}
