package io.dynamo.core.replica;

import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.Slice;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.causality.VersionSetCodec;
import io.dynamo.spi.StorageException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a record in an engine: {@code [format 1][CRC32C of the rest][has own actor][actor, 24 bytes][version set]}.
 * The checksum is ours, so that a flipped bit is found whatever the engine does (reliability: a corrupt record is never a
 * missing one).
 */
final class RecordCodec {

    private static final byte FORMAT = 1;
    /** Format and checksum, of records and hints. */
    static final int HEADER = 1 + Integer.BYTES;

    private static final int ACTOR = 3 * Long.BYTES;

    private RecordCodec() {}

    static byte[] encode(Held record) {
        Actor own = record.own();
        ByteBuffer out =
                ByteBuffer.allocate(HEADER + ownBytes(own) + record.set().encodedBytes());
        out.put(FORMAT).putInt(0);
        putOwn(out, own);
        record.set().putInto(out);
        return out.putInt(1, checksum(out.array())).array();
    }

    static Held decode(StoredKey key, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            if (bytes.length < HEADER + 1 || in.get() != FORMAT || in.getInt() != checksum(bytes)) {
                throw new IllegalArgumentException("wrong format or checksum");
            }
            Actor own = takeOwn(in);
            VersionSet set = VersionSetCodec.decode(new Slice(bytes, in.position(), in.remaining()));
            return new Held(set, own);
        } catch (RuntimeException e) {
            throw new StorageException(
                    "the stored record of " + key + " is corrupt (" + e.getMessage() + "); it is not served", e);
        }
    }

    static int ownBytes(@Nullable Actor own) {
        return own == null ? 1 : 1 + ACTOR;
    }

    static void putOwn(ByteBuffer out, @Nullable Actor own) {
        out.put((byte) (own == null ? 0 : 1));
        if (own != null) {
            out.putLong(own.incarnationHigh()).putLong(own.incarnationLow()).putLong(own.number());
        }
    }

    static @Nullable Actor takeOwn(ByteBuffer in) {
        return in.get() == 0 ? null : new Actor(in.getLong(), in.getLong(), in.getLong());
    }

    static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, HEADER, bytes.length - HEADER);
        return (int) crc.getValue();
    }
}
