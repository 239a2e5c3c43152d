package io.dynamo.storage.rocksdb;

import io.dynamo.spi.StorageException;
import io.dynamo.storage.rocksdb.SequenceFile.Reading;
import io.dynamo.storage.rocksdb.SequenceFile.Standing;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * Decides at open whether the files can be trusted, and whether they are all that there was. Of a store that has forgotten
 * acknowledged writes its node has to know: it must not answer readers before it has caught up.
 */
final class Regression {

    private static final String ADVICE =
            "; do not start with this data: move the directory away and let the node come back"
                    + " as a new, empty one (its old identity must not be used again), or restore the missing files";

    private Regression() {}

    /** Looks before RocksDB opens, and makes the sequence file of a new engine. */
    static Reading beforeOpen(RocksDbSettings settings) {
        try {
            Files.createDirectories(settings.database());
            Reading reading = SequenceFile.read(settings.sequenceFile());
            boolean exists = !isEmpty(settings.database());
            if (exists && reading.standing() == Standing.MISSING) {
                // Another process may just be making both.
                reading = SequenceFile.read(settings.sequenceFile());
            }
            if (!exists && reading.standing() == Standing.UNFINISHED) {
                // The database is made after the file is complete: nothing was ever written here.
                Files.delete(settings.sequenceFile());
                reading = Reading.without(Standing.MISSING);
            }
            if (!exists && reading.standing() == Standing.MISSING) {
                create(settings.path(), 0);
                reading = SequenceFile.read(settings.sequenceFile());
            }
            refuseMismatch(settings, reading);
            LogCheck.run(settings.database());
            return reading;
        } catch (IOException e) {
            throw Failures.failed("opening", settings.path(), e);
        }
    }

    /** Makes the sequence file of the engine at a path, and makes the directories known to the disk. */
    static void create(Path path, long sequence) throws IOException {
        SequenceFile.create(path.resolve("sequence"), sequence);
        syncDirectory(path);
        if (path.getParent() != null) {
            syncDirectory(path.getParent());
        }
    }

    /** Compares with what RocksDB recovered, while its lock is held; empty if nothing is missing. */
    static String afterOpen(RocksDbSettings settings, Reading reading, long recovered) {
        long missing = reading.synced() - recovered;
        return missing <= 0
                ? ""
                : "the storage at " + settings.path() + " went back in time: " + missing
                        + " synced changes are missing (the log ends at " + recovered + ", it had reached "
                        + reading.synced() + ")";
    }

    private static void refuseMismatch(RocksDbSettings settings, Reading reading) {
        String problem = null;
        if (reading.standing() == Standing.MISSING || reading.standing() == Standing.UNFINISHED) {
            problem =
                    "there is a database, but its file 'sequence' is missing or cut short, so nobody can say whether it is"
                            + " complete";
        } else if (reading.standing() == Standing.DAMAGED) {
            problem = "the file 'sequence' is damaged, so nobody can say whether the database is complete";
        } else if (reading.last() > 0 && !Files.exists(settings.database().resolve("CURRENT"))) {
            // RocksDB would make a new database in its place.
            problem = "the database is gone or lost its file CURRENT: it had reached " + reading.last();
        }
        if (problem != null) {
            throw new StorageException(
                    "the storage at " + settings.path() + " cannot be trusted: " + problem + ADVICE, null);
        }
    }

    private static boolean isEmpty(Path database) throws IOException {
        try (Stream<Path> files = Files.list(database)) {
            return files.findAny().isEmpty();
        }
    }

    private static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (java.nio.file.AccessDeniedException e) {
            // Windows cannot open directories, and does not need it.
            if (!System.getProperty("os.name", "").startsWith("Windows")) {
                throw e;
            }
        }
    }
}
