package io.dynamo.storage.rocksdb;

import io.dynamo.spi.StorageException;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Turns what RocksDB reports into messages that say what to do. */
final class Failures {

    private Failures() {}

    static StorageException closed(Path path) {
        return new StorageException("the engine at " + path + " is closed", null);
    }

    static StorageException failed(String action, Path path, Throwable cause) {
        String advice = cause instanceof RocksDBException e ? advice(e) : "";
        return new StorageException(action + " failed in " + path + ": " + cause.getMessage() + advice, cause);
    }

    private static String advice(RocksDBException e) {
        Status status = e.getStatus();
        String text = String.valueOf(e.getMessage());
        if (text.contains("/LOCK")) {
            return "; another engine or process has this directory open: close it, or choose another storage.rocksdb.path";
        }
        if (text.contains("No space left") || (status != null && status.getSubCode() == Status.SubCode.NoSpace)) {
            return "; the disk is full: free some space, then open the engine again";
        }
        if (text.contains("orruption")
                || text.contains("checksum")
                || (status != null && status.getCode() == Status.Code.Corruption)) {
            return "; a file is damaged: check the disk, and replace this node's data instead of repairing it";
        }
        return "";
    }
}
