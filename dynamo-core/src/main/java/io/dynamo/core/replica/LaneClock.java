package io.dynamo.core.replica;

import io.dynamo.core.causality.HybridClock;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.WriteBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The hybrid clock of one lane. A ceiling above all its timestamps is stored with them, and the clock starts from the
 * highest ceiling found: it never restarts below a stored timestamp, whatever the wall clock says.
 */
final class LaneClock {

    private static final String PREFIX = "clock/";
    // How far the ceiling is set ahead, so that it is not written with every version: 5 s.
    private static final long AHEAD = 5_000L << 16;

    private final byte[] key;
    private final long skewMillisMax;
    private long floor;
    private long ceiling;

    LaneClock(int lane, long floor, long skewMillisMax) {
        this.skewMillisMax = skewMillisMax;
        this.key = (PREFIX + lane).getBytes(StandardCharsets.UTF_8);
        this.floor = floor;
        this.ceiling = floor;
    }

    /** The highest ceiling any lane of an earlier run has stored. */
    static long storedCeiling(StorageEngine engine) {
        long highest = 0;
        byte[] from = PREFIX.getBytes(StandardCharsets.UTF_8);
        try (StorageEngine.Scan scan = engine.scan(Space.META, from, StoredKey.endOf(from))) {
            while (scan.hasNext()) {
                Map.Entry<byte[], byte[]> entry = scan.next();
                highest = Math.max(highest, ByteBuffer.wrap(entry.getValue()).getLong());
            }
        }
        return highest;
    }

    /** The timestamp a write would get now; taken only by {@link #take}. */
    long peek(long wallMillis, long above) {
        return HybridClock.next(wallMillis, Math.max(floor, above));
    }

    /** Takes a timestamp; its ceiling goes into the batch that stores it. */
    void take(long timestamp, WriteBatch batch) {
        floor = timestamp;
        if (timestamp > ceiling) {
            ceiling = timestamp > Long.MAX_VALUE - AHEAD ? Long.MAX_VALUE : timestamp + AHEAD;
            batch.put(
                    Space.META,
                    key,
                    ByteBuffer.allocate(Long.BYTES).putLong(ceiling).array());
        }
    }

    /** The ceiling was lost with a failed commit: the next timestamp stores it again. */
    void forgetCeiling() {
        ceiling = 0;
    }

    /** Someone else's timestamp was seen; one too far ahead of the wall clock does not drag ours along. */
    void observe(long timestamp, long wallMillis) {
        if (timestamp > floor && isPlausible(timestamp, wallMillis)) {
            floor = timestamp;
        }
    }

    /** Whether a timestamp is no further ahead of the wall clock than clocks may differ. */
    boolean isPlausible(long timestamp, long wallMillis) {
        return HybridClock.millis(timestamp) <= wallMillis + skewMillisMax;
    }
}
