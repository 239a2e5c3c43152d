package io.dynamo.core.replica;

import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.Slice;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.causality.VersionSetCodec;
import io.dynamo.spi.StorageException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of a hint in an engine: {@code [format 1][CRC32C of the rest][since, 8 bytes][number of targets][length, node
 * id]*}, then as in a record {@code [has own actor][actor, 24 bytes][version set]}.
 */
final class HintCodec {

    private static final byte FORMAT = 1;

    private HintCodec() {}

    static byte[] encode(Held held) {
        List<byte[]> targets = held.hint().targets().stream()
                .map(target -> target.getBytes(StandardCharsets.UTF_8))
                .toList();
        int targetBytes = targets.stream().mapToInt(target -> 1 + target.length).sum();
        ByteBuffer out = ByteBuffer.allocate(RecordCodec.HEADER
                + Long.BYTES
                + 1
                + targetBytes
                + RecordCodec.ownBytes(held.own())
                + held.set().encodedBytes());
        out.put(FORMAT).putInt(0).putLong(held.hint().sinceMillis()).put((byte) targets.size());
        targets.forEach(target -> out.put((byte) target.length).put(target));
        RecordCodec.putOwn(out, held.own());
        held.set().putInto(out);
        return out.putInt(1, RecordCodec.checksum(out.array())).array();
    }

    static int size(Held held) {
        int targetBytes = 0;
        for (String target : held.hint().targets()) {
            // Node ids are ASCII (Kind.name).
            targetBytes += 1 + target.length();
        }
        return RecordCodec.HEADER
                + Long.BYTES
                + 1
                + targetBytes
                + RecordCodec.ownBytes(held.own())
                + held.set().encodedBytes();
    }

    static Held decode(StoredKey key, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            if (bytes.length <= RecordCodec.HEADER
                    || in.get() != FORMAT
                    || in.getInt() != RecordCodec.checksum(bytes)) {
                throw new IllegalArgumentException("wrong format or checksum");
            }
            long since = in.getLong();
            int count = in.get() & 0xff;
            List<String> targets = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                byte[] target = new byte[in.get() & 0xff];
                in.get(target);
                targets.add(new String(target, StandardCharsets.UTF_8));
            }
            Actor own = RecordCodec.takeOwn(in);
            VersionSet set = VersionSetCodec.decode(new Slice(bytes, in.position(), in.remaining()));
            return new Held(set, own, new Hint(targets, since));
        } catch (RuntimeException e) {
            throw new StorageException(
                    "the stored hint of " + key + " is corrupt (" + e.getMessage() + "); it is not handed over", e);
        }
    }
}
