package io.dynamo.storage.rocksdb;

import io.dynamo.spi.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/**
 * Loads the native library, once for each process. RocksDB itself unpacks it into a new file at every start, and a killed
 * process leaves its 17 MB behind; here it goes to one place for each content, which the next start finds again.
 */
final class NativeLibrary {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private NativeLibrary() {}

    /**
     * Loads the library unless it is loaded.
     *
     * @param directory where to unpack it; empty for the system's temporary directory
     */
    static synchronized void load(String directory) {
        Path unpacked = System.getenv("ROCKSDB_SHAREDLIB_DIR") == null ? unpack(directory) : null;
        if (unpacked != null) {
            try {
                RocksDB.loadLibrary(List.of(unpacked.toString()));
                return;
            } catch (UnsatisfiedLinkError e) {
                // Another class loader has this very file, or the file system forbids programs: RocksDB's own way is
                // next.
                if (!directory.isEmpty()) {
                    throw new StorageException(
                            "the RocksDB library cannot be loaded from " + unpacked
                                    + " (storage.rocksdb.native-directory): " + e.getMessage(),
                            e);
                }
            }
        }
        RocksDB.loadLibrary();
    }

    /** Gives the directory that holds the unpacked library, or null where there is no safe place for it. */
    private static @Nullable Path unpack(String directory) {
        String name = Environment.getJniLibraryFileName("rocksdb");
        try {
            Long checksum = checksum(RocksDB.class.getResourceAsStream("/" + name));
            if (checksum == null) {
                return null;
            }
            Path place = place(directory, Long.toHexString(checksum));
            if (place == null) {
                return null;
            }
            // RocksDB.loadLibrary(paths) looks for the name with "jni" twice.
            Path library = place.resolve(Environment.getJniLibraryFileName("rocksdbjni"));
            if (!checksum.equals(Files.exists(library) ? checksum(Files.newInputStream(library)) : null)) {
                copy(name, place, library);
            }
            return place;
        } catch (IOException | OverlappingFileLockException e) {
            // The second: another class loader of this process is just unpacking.
            if (directory.isEmpty()) {
                return null;
            }
            throw new StorageException("storage.rocksdb.native-directory = " + directory + " cannot be used: " + e, e);
        }
    }

    private static @Nullable Path place(String directory, String version) throws IOException {
        String user = System.getProperty("user.name", "").replaceAll("[^A-Za-z0-9]", "_");
        Path parent = Path.of(directory.isEmpty() ? System.getProperty("java.io.tmpdir", ".") : directory);
        Path place =
                parent.toAbsolutePath().resolve(("dynamo-rocksdbjni-" + user + "-" + version).toLowerCase(Locale.ROOT));
        if (!Files.getFileStore(Files.createDirectories(parent)).supportsFileAttributeView("posix")) {
            return Files.createDirectories(place);
        }
        if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            try {
                Files.createDirectory(place, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            } catch (IOException e) {
                // Another process of ours may have been faster; the check below decides.
                if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
                    throw e;
                }
            }
        }
        return ours(place) ? place : null;
    }

    /** The temporary directory is everybody's: a place that others could have filled is not taken. */
    private static boolean ours(Path place) throws IOException {
        if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        Path probe = Files.createTempFile(place, "owner", ".part");
        try {
            Set<PosixFilePermission> granted =
                    EnumSet.copyOf(Files.getPosixFilePermissions(place, LinkOption.NOFOLLOW_LINKS));
            granted.removeAll(OWNER_ONLY);
            return granted.isEmpty()
                    && Files.getOwner(place, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(probe));
        } finally {
            Files.delete(probe);
        }
    }

    private static void copy(String name, Path place, Path library) throws IOException {
        // One name, not one for each process: what a killed process left half-written is overwritten by the next.
        Path part = place.resolve(name + ".part");
        try (FileChannel lock =
                        FileChannel.open(place.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                InputStream in = RocksDB.class.getResourceAsStream("/" + name)) {
            lock.lock();
            if (in != null) {
                Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
                Files.move(part, library, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static @Nullable Long checksum(@Nullable InputStream in) throws IOException {
        if (in == null) {
            return null;
        }
        try (CheckedInputStream checked = new CheckedInputStream(in, new CRC32C())) {
            checked.transferTo(OutputStream.nullOutputStream());
            return checked.getChecksum().getValue();
        }
    }
}
