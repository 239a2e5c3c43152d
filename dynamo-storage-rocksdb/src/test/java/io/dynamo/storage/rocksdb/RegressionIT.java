package io.dynamo.storage.rocksdb;

import static io.dynamo.storage.rocksdb.Engines.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Storage that lost something must not open. Files are copied while the engine runs, as a crash would leave them. */
@Timeout(120)
class RegressionIT {

    private static final int WRITES = 600;

    @TempDir
    private Path temporary;

    private Path crashed;
    private final List<Long> logLengths = new ArrayList<>();

    @BeforeEach
    void leaveSixHundredSyncedWritesInTheLog() throws Exception {
        Path running = temporary.resolve("running");
        try (StorageEngine engine = Engines.open(running)) {
            logLengths.add(Files.size(Engines.lastLog(running)));
            for (int i = 0; i < WRITES; i++) {
                Engines.write(
                        engine, new WriteBatch().put(Space.RECORDS, bytes("k" + i), new byte[100]), Durability.SYNC);
                logLengths.add(Files.size(Engines.lastLog(running)));
            }
            crashed = Engines.copy(running, temporary.resolve("crashed"));
        }
    }

    @Test
    void nothingLost_opens() {
        try (StorageEngine engine = Engines.open(crashed)) {
            assertThat(engine.get(Space.RECORDS, bytes("k" + (WRITES - 1)))).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 500})
    void logCutAtAWrite_isToldEachTimeWithTheNumber_untilThatIsAccepted(int lost) throws Exception {
        Engines.cut(Engines.lastLog(crashed), logLengths.get(WRITES - lost));
        for (int attempt = 0; attempt < 3; attempt++) {
            try (StorageEngine engine = Engines.open(crashed)) {
                assertThat(engine.regression())
                        .hasValueSatisfying(what -> assertThat(what)
                                .contains("went back in time: " + lost + " synced changes are missing")
                                .contains(crashed.toString()));
                assertThat(engine.synced()).isEqualTo(WRITES - lost);
            }
        }
        try (StorageEngine engine = Engines.open(crashed)) {
            engine.acceptRegression();
            Engines.write(engine, new WriteBatch().put(Space.META, bytes("m"), bytes("1")), Durability.SYNC);
            assertThat(engine.synced()).isEqualTo(WRITES - lost + 1);
        }
        try (StorageEngine engine = Engines.open(crashed)) {
            assertThat(engine.regression()).isEmpty();
            assertThat(engine.synced()).isEqualTo(WRITES - lost + 1);
        }
    }

    @Test
    void regressionThatNobodyAccepted_isToldAgain_whateverWasWrittenSince() throws Exception {
        Engines.cut(Engines.lastLog(crashed), logLengths.get(WRITES - 10));
        try (StorageEngine engine = Engines.open(crashed)) {
            Engines.write(engine, new WriteBatch().put(Space.META, bytes("m"), bytes("1")), Durability.SYNC);
        }
        assertRegressed("went back in time: 9 ");
    }

    @Test
    void whatIsSynced_isCounted_andFoundAgain() throws Exception {
        long before;
        try (StorageEngine engine = Engines.open(crashed)) {
            assertThat(engine.regression()).isEmpty();
            before = engine.synced();
            assertThat(before).isEqualTo(WRITES);
            Engines.write(engine, new WriteBatch().put(Space.META, bytes("m"), bytes("1")), Durability.BUFFERED);
            assertThat(engine.synced()).as("not synced").isEqualTo(before);
            Engines.write(engine, new WriteBatch().put(Space.META, bytes("m"), bytes("2")), Durability.SYNC);
            assertThat(engine.synced()).isEqualTo(before + 2);
        }
        try (StorageEngine engine = Engines.open(crashed)) {
            assertThat(engine.synced()).isEqualTo(before + 2);
        }
    }

    @Test
    void logCutWithinAWrite_isTold() throws Exception {
        Engines.cut(Engines.lastLog(crashed), logLengths.get(WRITES) - 5);
        assertRegressed("went back in time: 1 ");
    }

    @Test
    void logZeroedAtTheEnd_isTold() throws Exception {
        Path log = Engines.lastLog(crashed);
        Engines.cut(log, logLengths.get(WRITES - 20));
        Engines.cut(log, logLengths.get(WRITES));
        assertRegressed("went back in time: 20 ");
    }

    @Test
    void logDeleted_isRefused() throws Exception {
        Files.delete(Engines.lastLog(crashed));
        assertRefused(crashed.toString());
    }

    @Test
    void logBitFlips_anywhere_areRefusedOrTold() throws Exception {
        long seed = Long.getLong("dynamo.seed", System.nanoTime());
        System.out.println("RegressionIT: replay with -Ddynamo.seed=" + seed);
        Random random = new Random(seed);
        long start = logLengths.get(0);
        long length = logLengths.get(WRITES) - start;
        for (int i = 0; i < Integer.getInteger("dynamo.flips", 20); i++) {
            Path damaged = Engines.copy(crashed, temporary.resolve("flip" + i));
            long at = start + random.nextInt((int) length);
            Engines.flipBit(Engines.lastLog(damaged), at);
            try (StorageEngine engine = Engines.open(damaged)) {
                assertThat(engine.regression())
                        .as("bit flipped at %s of %s", at, length)
                        .isPresent();
            } catch (StorageException refused) {
                assertThat(refused.getMessage()).isNotEmpty();
            }
        }
    }

    @Test
    void logRecordTurnedIntoARecycledOne_isRefusedInsteadOfTurningInCircles() throws Exception {
        // The type byte of a record's header: checksum 4, length 2, type 1. RocksDB alone never returns.
        Engines.flipBit(Engines.lastLog(crashed), logLengths.get(10) + 6);
        assertRefused("which is never written here");
    }

    @Test
    void olderLogDeleted_whileANewerOneIsLonger_isRefused() throws Exception {
        Path running = temporary.resolve("several");
        try (StorageEngine engine = Engines.open(running, "write-buffer", "4MiB")) {
            Engines.write(engine, new WriteBatch().put(Space.META, bytes("m"), bytes("1")), Durability.SYNC);
            for (int i = 0; Engines.files(running, ".log").size() < 2; i++) {
                assertThat(i).isLessThan(2_000);
                Engines.write(
                        engine,
                        new WriteBatch().put(Space.RECORDS, bytes("k" + i), new byte[10_000]),
                        Durability.BUFFERED);
            }
            Engines.write(engine, new WriteBatch().put(Space.RECORDS, bytes("last"), bytes("1")), Durability.SYNC);
            crashed = Engines.copy(running, temporary.resolve("holed"));
        }
        Engines.open(Engines.copy(crashed, temporary.resolve("whole"))).close();
        Files.delete(Engines.files(crashed, ".log").get(0));
        assertRefused(crashed.toString());
    }

    @Test
    void manifestCut_anywhere_losesNothingSilently() throws Exception {
        Path running = temporary.resolve("flushed");
        int keys = 0;
        try (StorageEngine engine = Engines.open(running, "write-buffer", "1MiB")) {
            while (Engines.files(running, ".sst").size() < 3) {
                assertThat(keys).isLessThan(5_000);
                Engines.write(
                        engine,
                        new WriteBatch().put(Space.RECORDS, bytes("k" + keys++), new byte[5_000]),
                        Durability.BUFFERED);
            }
            engine.flush();
            crashed = Engines.copy(running, temporary.resolve("base"));
        }
        String manifest = Files.readString(crashed.resolve("db/CURRENT")).trim();
        int length = (int) Files.size(crashed.resolve("db").resolve(manifest));
        int opened = 0;
        for (int cut = 1; cut < length; cut += 1 + length / 40) {
            Path damaged = Engines.copy(crashed, temporary.resolve("manifest" + cut));
            Engines.cut(damaged.resolve("db").resolve(manifest), length - cut);
            try (StorageEngine engine = Engines.open(damaged, "write-buffer", "1MiB")) {
                for (int i = 0; i < keys; i++) {
                    assertThat(engine.get(Space.RECORDS, bytes("k" + i)))
                            .as("k%s, manifest cut by %s", i, cut)
                            .isNotNull();
                }
                opened++;
            } catch (StorageException refused) {
                assertThat(refused).hasMessageContaining(damaged.toString());
            }
        }
        System.out.println(
                "RegressionIT: a manifest of " + length + " bytes cut shorter opened " + opened + " times, complete");
    }

    @Test
    void databaseWiped_isRefused() throws Exception {
        for (Path file : Engines.files(crashed, "")) {
            Files.delete(file);
        }
        assertRefused("the database is gone");
        Files.delete(crashed.resolve("db"));
        assertRefused("the database is gone");
    }

    @Test
    void currentDeleted_isRefused() throws Exception {
        Files.delete(crashed.resolve("db/CURRENT"));
        assertRefused("lost its file CURRENT");
    }

    @Test
    void sequenceFileDeleted_isRefused() throws Exception {
        Files.delete(crashed.resolve("sequence"));
        assertRefused("'sequence' is missing");
    }

    @Test
    void sequenceFileCutOrDamaged_isRefused() throws Exception {
        Path cut = Engines.copy(crashed, temporary.resolve("cut"));
        Engines.cut(cut.resolve("sequence"), 100);
        assertThatThrownBy(() -> Engines.open(cut))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("cut short");
        Engines.flipBit(crashed.resolve("sequence"), 20);
        Engines.flipBit(crashed.resolve("sequence"), 4096 + 20);
        assertRefused("'sequence' is damaged");
    }

    @Test
    void sequenceFileWithOneTornSlot_opensOnTheOther() throws Exception {
        Engines.flipBit(crashed.resolve("sequence"), 20);
        Engines.open(crashed).close();
    }

    @Test
    void oneSlotTornAndLogCut_isStillTold() throws Exception {
        Engines.flipBit(crashed.resolve("sequence"), 20);
        Engines.cut(Engines.lastLog(crashed), logLengths.get(WRITES - 10));
        assertRegressed("went back in time");
    }

    @Test
    void creationThatDied_isFinishedByTheNextOpen() throws Exception {
        Path begun = Files.createDirectories(temporary.resolve("begun"));
        Files.write(begun.resolve("sequence"), new byte[10]);
        Engines.open(begun).close();
        Path halfMade = Files.createDirectories(temporary.resolve("half-made"));
        SequenceFile.create(halfMade.resolve("sequence"), 0);
        Files.createDirectories(halfMade.resolve("db"));
        Files.write(halfMade.resolve("db/LOG"), new byte[10]);
        Engines.open(halfMade).close();
    }

    @Test
    void bufferedWritesLost_isNotRefused() throws Exception {
        Path running = temporary.resolve("buffered");
        Path lost = temporary.resolve("lost");
        try (StorageEngine engine = Engines.open(running)) {
            Engines.write(engine, new WriteBatch().put(Space.META, bytes("m"), bytes("1")), Durability.SYNC);
            long synced = Files.size(Engines.lastLog(running));
            for (int i = 0; i < 50; i++) {
                Engines.write(
                        engine,
                        new WriteBatch().put(Space.RECORDS, bytes("k" + i), new byte[100]),
                        Durability.BUFFERED);
            }
            Engines.copy(running, lost);
            Engines.cut(Engines.lastLog(lost), synced);
        }
        try (StorageEngine engine = Engines.open(lost)) {
            assertThat(engine.get(Space.META, bytes("m"))).isEqualTo(bytes("1"));
        }
    }

    @Test
    void closeAndReopen_manyTimes_neverRefused() throws IOException {
        for (int i = 0; i < 10; i++) {
            try (StorageEngine engine = Engines.open(crashed)) {
                Engines.write(
                        engine,
                        new WriteBatch().deleteRange(Space.RECORDS, bytes("k1"), bytes("k2")),
                        Durability.BUFFERED);
            }
            assertThat(SequenceFile.read(crashed.resolve("sequence")).synced()).isEqualTo(WRITES + i + 1L);
        }
    }

    private void assertRegressed(String what) {
        try (StorageEngine engine = Engines.open(crashed)) {
            assertThat(engine.regression())
                    .hasValueSatisfying(found -> assertThat(found).contains(what));
        }
    }

    private void assertRefused(String because) {
        assertThatThrownBy(() -> Engines.open(crashed).close())
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(because);
    }
}
