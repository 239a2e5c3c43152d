package io.dynamo.spi;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ordered bytes on one node: dumb on purpose, it knows nothing of versions. Keys are ordered as unsigned bytes.
 *
 * <p>Thread: every method may be called by many threads at once. {@link #get} and scans read at most the disk and are
 * called on lanes; {@link #write} returns at once. A call after {@link #close} throws a {@link StorageException}; a call
 * during it either finishes or throws, and never crashes the process.
 *
 * <p>Errors: a read that fails throws. It is never answered as a missing key.
 */
public interface StorageEngine extends AutoCloseable {

    /**
     * Reads one key.
     *
     * @param space where
     * @param key the key
     * @return the value, which neither side changes from now on: what is read from it points into it; null if there is none
     * @throws StorageException if it cannot be read
     */
    byte @Nullable [] get(Space space, byte[] key);

    /**
     * Writes a batch as one: all of it or nothing, visible to reads when the completion is called, at the latest.
     * Batches are applied in the order in which one thread hands them over.
     *
     * @param batch the changes; neither side changes it, or an array in it, from now on: what is written may still be sent
     * @param durability what the completion promises
     * @param completion called once, on any thread, with null when it is done and with the failure otherwise; may be
     *     called before this method returns, but a batch whose completion does not come holds up the replies to later ones
     */
    void write(WriteBatch batch, Durability durability, Consumer<@Nullable StorageException> completion);

    /**
     * Reads a range in order, as it was at the time of the call.
     *
     * @param space where
     * @param from the first key
     * @param to the first key after the range; null for the end of the space
     * @return the entries; to be closed
     */
    Scan scan(Space space, byte[] from, byte @Nullable [] to);

    /** Makes everything written so far survive a power cut. */
    void flush();

    /**
     * Copies a consistent state of the whole engine to a new directory, from which an engine of the same kind can open.
     *
     * @param directory must not exist
     * @throws UnsupportedOperationException if the engine keeps nothing on disk
     */
    void checkpoint(Path directory);

    /**
     * Whether reads are as cheap as memory, so that a cache in front of the engine would only hold everything twice.
     *
     * @return false if reads may go to a disk
     */
    default boolean isInMemory() {
        return false;
    }

    /**
     * How far what it holds for good had come, as a number that grows with what is written and never falls, be it over restarts. The
     * other members are told, so that they notice if an older copy of the directory takes its place.
     *
     * @return 0 if it does not count
     */
    default long synced() {
        return 0;
    }

    /**
     * What it found at open to be missing of what it had held for good: an older state of itself, whole but for its end. What cannot
     * be trusted at all is not opened.
     *
     * @return in words; empty if nothing is missing, or if it cannot tell
     */
    default Optional<String> regression() {
        return Optional.empty();
    }

    /** It is known, and kept, that something is missing: the next open need not find it again. Until then every open does. */
    default void acceptRegression() {}

    /**
     * Figures for meters, by name in dotted lower case.
     *
     * @return a snapshot
     */
    default Map<String, Long> statistics() {
        return Map.of();
    }

    /** Waits for running calls, makes everything durable and releases all resources. Idempotent. */
    @Override
    void close();

    /** A range being read. Used by one thread at a time. Neither side changes the arrays it gives from then on. */
    interface Scan extends Iterator<Map.Entry<byte[], byte[]>>, AutoCloseable {
        /** Releases the snapshot. Idempotent. */
        @Override
        void close();
    }
}
