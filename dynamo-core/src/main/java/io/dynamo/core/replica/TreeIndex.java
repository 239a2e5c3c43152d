package io.dynamo.core.replica;

import io.dynamo.core.tree.Digest;
import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether every record of a directory has its digest beside it. Directories of before there were trees do not say so, and
 * are indexed while the node serves.
 */
public final class TreeIndex {

    private static final byte[] KEY = "trees".getBytes(StandardCharsets.UTF_8);

    private TreeIndex() {}

    /**
     * Says that it is so: of a new directory from its first batch on.
     *
     * @param batch the batch
     * @return the batch
     */
    public static WriteBatch mark(WriteBatch batch) {
        return batch.put(Space.META, KEY, new byte[] {Digest.FORMAT});
    }

    /**
     * Says that it is so, once all records were indexed.
     *
     * @param engine the storage
     * @param done gets null or the failure; then it is indexed again in the next run
     */
    public static void mark(StorageEngine engine, Consumer<@Nullable StorageException> done) {
        engine.write(mark(new WriteBatch()), Durability.SYNC, done);
    }

    /**
     * Whether it is so.
     *
     * @param engine the storage
     * @return false if the records have to be indexed
     * @throws StorageException if it cannot be read
     */
    public static boolean isComplete(StorageEngine engine) {
        try (StorageEngine.Scan scan = engine.scan(Space.META, KEY, Arrays.copyOf(KEY, KEY.length + 1))) {
            if (!scan.hasNext()) {
                return false;
            }
            Map.Entry<byte[], byte[]> entry = scan.next();
            return Arrays.equals(entry.getValue(), new byte[] {Digest.FORMAT});
        }
    }
}
