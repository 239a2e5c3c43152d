package io.dynamo.core.replica;

import io.dynamo.core.causality.Actor;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.WriteBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Which state of its data directory a run has found: how far the last run before it had come. Whoever has heard of a later one knows
 * that an older copy has taken the directory's place. What was found stands on the disk until all members have been told, as a run that
 * told nobody leaves a state behind it that is late enough, and hides it.
 *
 * @param startedMillis when the last incarnation on the directory had started; 0 if there was none
 * @param commits how far what was synced had come, as {@link StorageEngine#synced} counts it
 * @param untoldMillis the same as an earlier run has found it that has not told all members; 0 if there is none
 * @param untoldCommits the same
 * @param sinceMillis when that run had started: what others have heard of since then is of this state, and later
 */
public record Found(long startedMillis, long commits, long untoldMillis, long untoldCommits, long sinceMillis) {

    /** Of a directory in which nobody has looked yet, or need not look any more. */
    public static final Found NOTHING = new Found(0, 0, 0, 0, 0);

    private static final byte[] KEY = "found".getBytes(StandardCharsets.UTF_8);
    private static final int BYTES = 3 * Long.BYTES;

    /**
     * Looks, once in a run and before anything is written.
     *
     * @throws io.dynamo.spi.StorageException if it cannot be read
     */
    static Found of(StorageEngine engine, long lastStartedMillis) {
        byte[] untold = engine.get(Space.META, KEY);
        if (untold == null || untold.length != BYTES) {
            return new Found(lastStartedMillis, engine.synced(), 0, 0, 0);
        }
        ByteBuffer in = ByteBuffer.wrap(untold);
        return new Found(lastStartedMillis, engine.synced(), in.getLong(), in.getLong(), in.getLong());
    }

    /** When an incarnation that is on the disk had started; 0 if it is another directory's. */
    static long startedMillis(byte[] incarnation, byte[] directory) {
        ByteBuffer in = ByteBuffer.wrap(incarnation);
        Actor earlier = new Actor(in.getLong(), in.getLong(), 0);
        return Incarnation.tagOf(earlier) == Incarnation.tagOf(directory) ? Incarnation.startedMillis(earlier) : 0;
    }

    /** Keeps it, in the batch of the incarnation that has found it; what an earlier run has kept stays. */
    WriteBatch keep(WriteBatch batch, long ownStartMillis) {
        ByteBuffer out = ByteBuffer.allocate(BYTES);
        return sinceMillis != 0
                ? batch
                : batch.put(
                        Space.META,
                        KEY,
                        out.putLong(startedMillis)
                                .putLong(commits)
                                .putLong(ownStartMillis)
                                .array());
    }

    /**
     * All members know: the next run tells what it finds itself.
     *
     * @param batch the batch that says so
     * @return the batch
     */
    public static WriteBatch told(WriteBatch batch) {
        return batch.delete(Space.META, KEY);
    }
}
