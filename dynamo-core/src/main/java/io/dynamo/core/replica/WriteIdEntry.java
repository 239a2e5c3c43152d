package io.dynamo.core.replica;

import io.dynamo.api.WriteId;
import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.Dot;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * How minted writes are remembered: {@code [partition][time][random] -> [dot][key]}, so that those of one partition that
 * are too old are one range.
 *
 * @param dot what was minted
 * @param key the engine's key it was minted for
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record WriteIdEntry(Dot dot, byte[] key) {

    private static final int KEY_BYTES = Short.BYTES + 2 * Long.BYTES;
    private static final int DOT_BYTES = 4 * Long.BYTES;

    static byte[] key(int partition, WriteId id) {
        return ByteBuffer.allocate(KEY_BYTES)
                .putShort((short) partition)
                .putLong(id.epochMillis())
                .putLong(id.random())
                .array();
    }

    byte[] encode() {
        Actor actor = dot.actor();
        return ByteBuffer.allocate(DOT_BYTES + key.length)
                .putLong(actor.incarnationHigh())
                .putLong(actor.incarnationLow())
                .putLong(actor.number())
                .putLong(dot.counter())
                .put(key)
                .array();
    }

    static WriteIdEntry decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Actor actor = new Actor(in.getLong(), in.getLong(), in.getLong());
        return new WriteIdEntry(new Dot(actor, in.getLong()), Arrays.copyOfRange(bytes, DOT_BYTES, bytes.length));
    }
}
