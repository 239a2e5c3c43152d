package io.dynamo.storage.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.storage.rocksdb.SequenceFile.Reading;
import io.dynamo.storage.rocksdb.SequenceFile.Standing;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SequenceFileTest {

    @TempDir
    private Path temporary;

    @Test
    void read_noFile_isMissing() throws IOException {
        assertThat(SequenceFile.read(file()).standing()).isEqualTo(Standing.MISSING);
    }

    @Test
    void create_existing_isRefused() throws IOException {
        SequenceFile.create(file(), 7);
        assertThatThrownBy(() -> SequenceFile.create(file(), 0)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(SequenceFile.read(file())).isEqualTo(new Reading(Standing.GOOD, 2, 7, 7));
    }

    @Test
    void write_thenRead_givesTheLatestAndKeepsTheSize() throws IOException {
        SequenceFile.create(file(), 0);
        long size = Files.size(file());
        for (int i = 1; i <= 5; i++) {
            try (SequenceFile sequences = SequenceFile.open(file(), SequenceFile.read(file()))) {
                sequences.write(10 * i, 10 * i + 1);
                sequences.write(10 * i + 2, 10 * i + 3);
                sequences.sync();
            }
            assertThat(SequenceFile.read(file()))
                    .isEqualTo(new Reading(Standing.GOOD, 2 + 2 * i, 10 * i + 2, 10 * i + 3));
        }
        assertThat(Files.size(file())).isEqualTo(size);
    }

    @Test
    void read_everySingleBitFlipped_givesOneOfTheTwoLastWrites() throws IOException {
        SequenceFile.create(file(), 0);
        try (SequenceFile sequences = SequenceFile.open(file(), SequenceFile.read(file()))) {
            sequences.write(10, 11);
            sequences.write(20, 21);
        }
        byte[] good = Files.readAllBytes(file());
        for (int slot : new int[] {0, 4096}) {
            for (int bit = 0; bit < 40 * 8; bit++) {
                byte[] bad = good.clone();
                bad[slot + bit / 8] ^= (byte) (1 << bit % 8);
                Files.write(file(), bad);
                assertThat(SequenceFile.read(file()).synced()).isEqualTo(slot == 0 ? 20 : 10);
            }
        }
    }

    @Test
    void read_bothSlotsDamagedOrFileShort_isNotTrusted() throws IOException {
        SequenceFile.create(file(), 5);
        byte[] good = Files.readAllBytes(file());
        byte[] bad = good.clone();
        bad[9] ^= 1;
        bad[4096 + 39] ^= 1;
        Files.write(file(), bad);
        assertThat(SequenceFile.read(file()).standing()).isEqualTo(Standing.DAMAGED);
        Files.write(file(), new byte[good.length]);
        assertThat(SequenceFile.read(file()).standing()).isEqualTo(Standing.DAMAGED);
        Files.write(file(), new byte[good.length - 1]);
        assertThat(SequenceFile.read(file()).standing()).isEqualTo(Standing.UNFINISHED);
    }

    private Path file() {
        return temporary.resolve("sequence");
    }
}
