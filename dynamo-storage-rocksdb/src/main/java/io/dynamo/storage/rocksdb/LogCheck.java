package io.dynamo.storage.rocksdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Walks the record headers of RocksDB's logs before RocksDB reads them. One flipped bit turns a record's type into that of a
 * recycled log, and RocksDB (11.8.1) then turns in circles for ever instead of opening or refusing. We never recycle logs, so
 * such a record is damage. Everything else is left to RocksDB's checksums.
 */
final class LogCheck {

    private static final int BLOCK_BYTES = 32 << 10;
    private static final int HEADER_BYTES = 7;
    private static final int LENGTH_AT = 4;
    private static final int TYPE_AT = 6;

    private LogCheck() {}

    /** Fails if a log holds a record that is never written here. */
    static void run(Path database) throws IOException {
        List<Path> logs;
        try (Stream<Path> files = Files.list(database)) {
            // A manifest has the format of a log.
            logs = files.filter(file -> file.toString().endsWith(".log")
                            || file.getFileName().toString().startsWith("MANIFEST-"))
                    .sorted()
                    .toList();
        }
        for (Path log : logs) {
            check(log);
        }
    }

    private static void check(Path log) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ)) {
            for (long start = 0; ; start += BLOCK_BYTES) {
                block.clear();
                while (block.hasRemaining() && channel.read(block, start + block.position()) > 0) {
                    // Until the block is full or the file ends.
                }
                int length = block.position();
                checkBlock(log, block, length, start);
                if (length < BLOCK_BYTES) {
                    return;
                }
            }
        }
    }

    private static void checkBlock(Path log, ByteBuffer block, int length, long start) throws IOException {
        int at = 0;
        while (at + HEADER_BYTES <= length) {
            int type = Byte.toUnsignedInt(block.get(at + TYPE_AT));
            if (isRecycled(type)) {
                throw new IOException("a record at " + (start + at) + " of " + log + " has the type " + type
                        + ", which is never written here: the file is damaged");
            }
            at += HEADER_BYTES + Short.toUnsignedInt(block.getShort(at + LENGTH_AT));
        }
    }

    /** Full, first, middle and last part; size of timestamps; facts about the log before. */
    private static boolean isRecycled(int type) {
        return (type >= 5 && type <= 8) || type == 11 || type == 131;
    }
}
