package io.dynamo.core.membership;

import io.dynamo.core.membership.MemberTable.Entry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The bytes of a table, on disk and on the wire: {@code [format 1][CRC32C of the rest][number of members]}, then of each, in
 * order, {@code [length, node id][number present][number retired][directory]*[directory, ordinal]*}. Equal tables have equal
 * bytes.
 */
final class MemberTableCodec {

    private static final byte FORMAT = 1;
    private static final int HEADER = 1 + Integer.BYTES;
    // Of one table; what is kept of members that were taken out of the configuration counts as well.
    private static final int MEMBERS_MAX = 1_000;
    private static final int ORDINAL_MAX = 1_000_000_000;

    private MemberTableCodec() {}

    static byte[] encode(MemberTable table) {
        int bytes = HEADER + Short.BYTES;
        for (Map.Entry<String, Entry> member : table.entries().entrySet()) {
            bytes += 3 + idBytes(member).length;
            bytes += member.getValue().present().size() * DirectoryId.BYTES;
            bytes += member.getValue().retired().size() * (DirectoryId.BYTES + Integer.BYTES);
        }
        ByteBuffer out = ByteBuffer.allocate(bytes);
        out.put(FORMAT).putInt(0).putShort((short) table.entries().size());
        for (Map.Entry<String, Entry> member : table.entries().entrySet()) {
            byte[] id = idBytes(member);
            out.put((byte) id.length).put(id);
            out.put((byte) member.getValue().present().size());
            out.put((byte) member.getValue().retired().size());
            member.getValue().present().forEach(directory -> directory.put(out));
            member.getValue().retired().forEach((directory, ordinal) -> {
                directory.put(out);
                out.putInt(ordinal);
            });
        }
        return out.putInt(1, checksum(out.array())).array();
    }

    private static byte[] idBytes(Map.Entry<String, Entry> member) {
        return member.getKey().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads a table.
     *
     * @throws IllegalArgumentException if the bytes are not those of one
     */
    static MemberTable decode(byte[] bytes) {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            if (bytes.length < HEADER || in.get() != FORMAT || in.getInt() != checksum(bytes)) {
                throw new IllegalArgumentException("wrong format or checksum");
            }
            int count = in.getShort();
            if (count > MEMBERS_MAX) {
                throw new IllegalArgumentException("a table of " + count + " members");
            }
            Map<String, Entry> entries = new TreeMap<>();
            for (int i = 0; i < count; i++) {
                byte[] id = new byte[in.get() & 0xff];
                in.get(id);
                entries.put(new String(id, StandardCharsets.UTF_8), entry(in));
            }
            MemberTable table = MemberTable.of(entries);
            if (!Arrays.equals(encode(table), bytes)) {
                throw new IllegalArgumentException("not as it would be written");
            }
            return table;
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("a table of members is corrupt: " + e.getMessage(), e);
        }
    }

    private static Entry entry(ByteBuffer in) {
        int presentCount = in.get() & 0xff;
        int retiredCount = in.get() & 0xff;
        if (presentCount > MemberTable.KEPT || retiredCount > MemberTable.KEPT) {
            throw new IllegalArgumentException(presentCount + " directories present and " + retiredCount + " retired");
        }
        List<DirectoryId> present = new ArrayList<>(presentCount);
        for (int i = 0; i < presentCount; i++) {
            present.add(DirectoryId.take(in));
        }
        Map<DirectoryId, Integer> retired = new TreeMap<>();
        for (int i = 0; i < retiredCount; i++) {
            DirectoryId directory = DirectoryId.take(in);
            int ordinal = in.getInt();
            if (ordinal < 1 || ordinal > ORDINAL_MAX) {
                throw new IllegalArgumentException("ordinal " + ordinal);
            }
            retired.put(directory, ordinal);
        }
        return Entry.of(present, retired);
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, HEADER, bytes.length - HEADER);
        return (int) crc.getValue();
    }

    /** The first bytes of what SHA-256 makes of it. */
    static long digest(MemberTable table) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return ByteBuffer.wrap(sha.digest(encode(table))).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
