package io.dynamo.storage.rocksdb;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A small file beside the database that remembers how far its log had come, so that a log which lost its end, or went
 * missing, is noticed at the next open: RocksDB opens such a log without a word.
 *
 * <p>Two fixed slots are overwritten in turn, each with a checksum and in a disk sector of its own: a write torn by a power
 * cut leaves the other slot, and a full disk does not matter. The file never runs ahead of the database, because it is
 * written after the commit it tells of.
 */
final class SequenceFile implements AutoCloseable {

    private static final long MAGIC = 0x44594e4153455131L; // "DYNASEQ1"
    private static final int SLOT_DISTANCE = 4096;
    private static final int SLOT_BYTES = 40;
    private static final int CHECKED_BYTES = SLOT_BYTES - Long.BYTES;
    private static final int FILE_BYTES = 2 * SLOT_DISTANCE;

    // Not a channel: an interrupt of the thread that closes the engine would close a channel under us.
    private final RandomAccessFile file;
    private long generation;
    private boolean unsynced;

    private SequenceFile(RandomAccessFile file, long generation) {
        this.file = file;
        this.generation = generation;
    }

    /** What a look at the file tells. */
    enum Standing {
        /** There is none. */
        MISSING,
        /** Its creation did not finish. */
        UNFINISHED,
        /** No slot can be trusted. */
        DAMAGED,
        /** At least one slot is good. */
        GOOD
    }

    /**
     * What the file says.
     *
     * @param standing whether the rest means anything
     * @param generation counts the writes
     * @param synced the last sequence number that had been forced to disk: none below may be missing, whatever happened
     * @param last the last sequence number written at all
     */
    record Reading(Standing standing, long generation, long synced, long last) {
        static Reading without(Standing standing) {
            return new Reading(standing, 0, 0, 0);
        }
    }

    static Reading read(Path path) throws IOException {
        byte[] content;
        try {
            content = Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            return Reading.without(Standing.MISSING);
        }
        if (content.length < FILE_BYTES) {
            return Reading.without(Standing.UNFINISHED);
        }
        Reading first = slot(ByteBuffer.wrap(content, 0, SLOT_BYTES).slice());
        Reading second =
                slot(ByteBuffer.wrap(content, SLOT_DISTANCE, SLOT_BYTES).slice());
        return first.generation() > second.generation() ? first : second;
    }

    /** Makes the file for a database that does not exist yet; fails if there is one. */
    static void create(Path path, long sequence) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer content = ByteBuffer.allocate(FILE_BYTES);
            content.put(0, encode(1, sequence, sequence));
            content.put(SLOT_DISTANCE, encode(2, sequence, sequence));
            while (content.hasRemaining()) {
                channel.write(content);
            }
            channel.force(true);
        }
    }

    static SequenceFile open(Path path, Reading reading) throws IOException {
        return new SequenceFile(new RandomAccessFile(path.toFile(), "rw"), reading.generation());
    }

    /** Overwrites the older slot; survives the death of the process, not a power cut. */
    synchronized void write(long synced, long last) throws IOException {
        generation++;
        file.seek((generation + 1) % 2 * SLOT_DISTANCE);
        file.write(encode(generation, synced, last));
        unsynced = true;
    }

    /** Forces what was written to disk. */
    synchronized void sync() throws IOException {
        if (unsynced) {
            file.getFD().sync();
            unsynced = false;
        }
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }

    private static byte[] encode(long generation, long synced, long last) {
        ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES)
                .putLong(MAGIC)
                .putLong(generation)
                .putLong(synced)
                .putLong(last);
        return slot.putLong(checksum(slot.array())).array();
    }

    private static Reading slot(ByteBuffer slot) {
        byte[] bytes = new byte[SLOT_BYTES];
        slot.get(bytes);
        ByteBuffer fields = ByteBuffer.wrap(bytes);
        boolean good = fields.getLong() == MAGIC && fields.getLong(CHECKED_BYTES) == checksum(bytes);
        return good
                ? new Reading(Standing.GOOD, fields.getLong(), fields.getLong(), fields.getLong())
                : Reading.without(Standing.DAMAGED);
    }

    private static long checksum(byte[] slot) {
        CRC32C crc = new CRC32C();
        crc.update(slot, 0, CHECKED_BYTES);
        return crc.getValue();
    }
}
