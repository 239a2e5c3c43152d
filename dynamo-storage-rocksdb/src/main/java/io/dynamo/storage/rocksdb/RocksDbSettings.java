package io.dynamo.storage.rocksdb;

import io.dynamo.spi.PluginConfig;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The settings under {@code storage.rocksdb}.
 *
 * @param path the directory of the engine; made if it is missing
 * @param blockCacheBytes cache of blocks, indexes and filters, shared by all spaces
 * @param writeBufferBytes what all spaces together may hold in memory before it goes to a file
 * @param openFilesMax table files kept open
 * @param queuedBatchesMax batches that may wait for the committer
 * @param queuedBytesMax bytes that may wait for the committer
 * @param nativeDirectory where the native library is unpacked; empty for the system's temporary directory
 */
record RocksDbSettings(
        Path path,
        long blockCacheBytes,
        long writeBufferBytes,
        int openFilesMax,
        int queuedBatchesMax,
        long queuedBytesMax,
        String nativeDirectory) {

    private static final long MIB = 1L << 20;

    static RocksDbSettings read(PluginConfig config) {
        return new RocksDbSettings(
                path(config),
                config.bytes("block-cache", 64 * MIB, MIB),
                config.bytes("write-buffer", 32 * MIB, MIB),
                (int) config.number("max-open-files", 512, 32, 1_000_000),
                (int) config.number("max-queued-batches", 10_000, 1, 1_000_000),
                config.bytes("max-queued-bytes", 64 * MIB, MIB),
                config.text("native-directory", ""));
    }

    private static Path path(PluginConfig config) {
        String text = config.text("path", null);
        try {
            return Path.of(text).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            config.refuse("path", "the path of a directory");
            return Path.of("");
        }
    }

    /** RocksDB's own files are kept apart from ours. */
    Path database() {
        return path.resolve("db");
    }

    Path sequenceFile() {
        return path.resolve("sequence");
    }
}
