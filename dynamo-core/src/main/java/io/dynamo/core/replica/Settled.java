package io.dynamo.core.replica;

import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.WriteBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far the removal of deleted records has come in a partition, on one disk. Every owner has answered the vote, and every member
 * the question, that comes before an order, synced and by its number: a disk with a lower number than somebody's order is older than
 * its own answers, and may hold what was removed everywhere else.
 *
 * @param partition its number
 * @param voted number of the last vote or question that was answered
 * @param untilMillis nothing younger was removed by that
 * @param ordered number of the last order that was carried out
 */
public record Settled(int partition, long voted, long untilMillis, long ordered) {

    private static final String EPOCH = "epoch/";
    private static final String ORDER = "order/";

    /**
     * What a disk says; of partitions of which it says nothing, nothing was settled.
     *
     * @param engine the disk
     * @return by partition
     * @throws io.dynamo.spi.StorageException if it cannot be read
     */
    public static List<Settled> stored(StorageEngine engine) {
        Map<Integer, ByteBuffer> voted = read(engine, EPOCH);
        Map<Integer, ByteBuffer> ordered = read(engine, ORDER);
        List<Settled> all = new ArrayList<>();
        voted.forEach((partition, in) -> {
            ByteBuffer order = ordered.get(partition);
            long epoch = in.getLong();
            long until = in.hasRemaining() ? in.getLong() : 0;
            all.add(new Settled(partition, epoch, until, order == null ? 0 : order.getLong()));
        });
        return all;
    }

    private static Map<Integer, ByteBuffer> read(StorageEngine engine, String what) {
        byte[] from = what.getBytes(StandardCharsets.UTF_8);
        Map<Integer, ByteBuffer> values = new TreeMap<>();
        try (StorageEngine.Scan scan = engine.scan(Space.META, from, StoredKey.endOf(from))) {
            while (scan.hasNext()) {
                Map.Entry<byte[], byte[]> entry = scan.next();
                String name = new String(entry.getKey(), StandardCharsets.UTF_8);
                values.put(Integer.parseInt(name.substring(what.length())), ByteBuffer.wrap(entry.getValue()));
            }
        }
        return values;
    }

    private static byte[] name(String what, int partition) {
        return (what + partition).getBytes(StandardCharsets.UTF_8);
    }

    /** Stores the number of a vote or a question that is being answered. */
    static void voted(int partition, long epoch, long untilMillis, WriteBatch batch) {
        batch.put(
                Space.META,
                name(EPOCH, partition),
                ByteBuffer.allocate(2 * Long.BYTES)
                        .putLong(epoch)
                        .putLong(untilMillis)
                        .array());
    }

    /** Stores the number of an order that is being carried out. */
    static void ordered(int partition, long epoch, WriteBatch batch) {
        batch.put(
                Space.META,
                name(ORDER, partition),
                ByteBuffer.allocate(Long.BYTES).putLong(0, epoch).array());
    }
}
