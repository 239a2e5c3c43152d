package io.dynamo.core.replica;

import io.dynamo.api.WriteId;
import io.dynamo.core.tree.Digest;
import io.dynamo.spi.Durability;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one drain of a lane wrote, committed as one (group commit), and who waits for it. */
final class Commit {

    final WriteBatch writes = new WriteBatch();
    final List<StoredKey> keys = new ArrayList<>(4);
    final List<Changed> changed = new ArrayList<>(4);
    final List<Consumer<@Nullable StorageException>> waiting = new ArrayList<>(4);
    final List<Remembered> ids = new ArrayList<>(2);
    final List<StoredKey> hints = new ArrayList<>(0);
    long hintBytesFreed;
    // Writes of this commit that are acknowledged already.
    int ahead;
    Durability durability = Durability.BUFFERED;
    // Set by whichever comes first: the completion, or the return of the engine's write call.
    final AtomicBoolean met = new AtomicBoolean();
    private @Nullable StorageException failure;
    private volatile boolean isEnded;

    /** What a record's digest was and becomes; in order, as a record may change more than once in a batch. */
    record Changed(StoredKey key, Digest before, Digest after) {}

    /** A write id in this batch. */
    record Remembered(WriteId id, WriteIdEntry entry) {}

    /** The engine has written it, or says why not. Any thread. */
    void end(@Nullable StorageException why) {
        failure = why;
        isEnded = true;
    }

    boolean isEnded() {
        return isEnded;
    }

    /** Why it was not written; null if it was. Once it has ended. */
    @Nullable
    StorageException failure() {
        return failure;
    }

    void raiseTo(Durability atLeast) {
        durability = durability.compareTo(atLeast) < 0 ? atLeast : durability;
    }
}
