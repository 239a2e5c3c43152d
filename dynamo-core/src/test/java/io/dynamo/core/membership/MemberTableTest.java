package io.dynamo.core.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.core.membership.MemberTable.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** What is known of the directories of members, and its bytes, which lie on disks. */
class MemberTableTest {

    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden", "member-table.hex");
    private static final DirectoryId ONE = new DirectoryId(1, 2);
    private static final DirectoryId TWO = new DirectoryId(-1, 4);
    private static final DirectoryId THREE = new DirectoryId(5, 6);

    private static MemberTable sample() {
        return MemberTable.EMPTY
                .with("node-b", ONE)
                .with("node-b", THREE)
                .retire("node-b", List.of(ONE))
                .retire("node-b", List.of(TWO))
                .with("a", TWO);
    }

    @Test
    void retired_isNotPresentAgain_whoeverSaysSo() {
        MemberTable table =
                MemberTable.EMPTY.with("a", ONE).retire("a", List.of(ONE)).with("a", TWO);

        assertThat(table.with("a", ONE)).isSameAs(table);
        assertThat(table.merge(MemberTable.EMPTY.with("a", ONE))).isSameAs(table);
        assertThat(table.of("a").present()).containsExactly(TWO);
        assertThat(table.of("b").present()).isEmpty();
    }

    /** One node saw three replaced, another one only two: none retires what the other has let in last. */
    @Test
    void nodesThatSawUnequallyMany_retireNoneThatIsPresent() {
        MemberTable sawMore = MemberTable.EMPTY
                .retire("a", List.of(ONE))
                .retire("a", List.of(TWO))
                .retire("a", List.of(THREE));
        DirectoryId four = new DirectoryId(7, 8);
        MemberTable sawLess = MemberTable.EMPTY
                .retire("a", List.of(ONE))
                .retire("a", List.of(THREE))
                .with("a", four);

        assertThat(sawMore.merge(sawLess).of("a").present()).containsExactly(four);
    }

    @Test
    void contested_isPresentWithBoth_untilOneIsRetired() {
        MemberTable both = MemberTable.EMPTY.with("a", ONE).merge(MemberTable.EMPTY.with("a", TWO));

        assertThat(both.of("a").present()).containsExactly(ONE, TWO);
        assertThat(both.retire("a", List.of(ONE)).of("a").present()).containsExactly(TWO);
    }

    @Test
    void thoseRetiredLast_areKept_andOneThatWasCutMayBePresentAgain() {
        MemberTable table = MemberTable.EMPTY;
        for (int i = 0; i <= MemberTable.KEPT; i++) {
            table = table.retire("a", List.of(new DirectoryId(0, i)));
        }

        assertThat(table.of("a").retired()).hasSize(MemberTable.KEPT).doesNotContainKey(new DirectoryId(0, 0));
        assertThat(table.with("a", new DirectoryId(0, 0)).of("a").present()).hasSize(1);
    }

    @Test
    void part_isAboutThoseMembersOnly() {
        assertThat(sample().only("a"::equals).entries().keySet()).containsExactly("a");
        assertThat(sample().only("a"::equals).merge(sample().only("node-b"::equals)))
                .isEqualTo(sample());
    }

    @Test
    void table_hasTheBytesItEverHad() throws IOException {
        String hex = HexFormat.of().formatHex(MemberTableCodec.encode(sample())) + "\n";
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(GOLDEN, hex);
        }
        assertThat(Files.readString(GOLDEN))
                .as("bytes on disk and on the wire; a change needs a new format")
                .isEqualTo(hex);
        assertThat(sample().digest())
                .isEqualTo(MemberTableCodec.decode(MemberTableCodec.encode(sample()))
                        .digest());
    }

    @Test
    void everyDamagedByte_isFound_andNothingElseIsThrown() {
        byte[] whole = MemberTableCodec.encode(sample());
        refused(new byte[0], "checksum");
        for (int i = 0; i < whole.length; i++) {
            byte[] one = whole.clone();
            one[i] ^= 0x20;
            refused(one, "corrupt");
            byte[] shorter = ByteBuffer.allocate(i).put(whole, 0, i).array();
            refused(shorter, "corrupt");
        }
    }

    /** The checksum is right: whoever wrote it was wrong. */
    @Test
    void tableThatIsNotAsItWouldBeWritten_isRefused() {
        byte[] whole = MemberTableCodec.encode(MemberTable.EMPTY.retire("a", List.of(ONE)));
        int ordinal = whole.length - Integer.BYTES;
        refused(signed(ByteBuffer.wrap(whole.clone()).putInt(ordinal, 0)), "ordinal 0");
        refused(signed(ByteBuffer.wrap(whole.clone()).putInt(ordinal, Integer.MAX_VALUE)), "ordinal 2147483647");
        int retired = ordinal - DirectoryId.BYTES - 1;
        refused(signed(ByteBuffer.wrap(whole.clone()).put(retired, (byte) 129)), "129 retired");
        refused(signed(ByteBuffer.wrap(whole.clone()).put(retired, (byte) 2)), "corrupt");
        refused(signed(ByteBuffer.wrap(whole.clone()).putShort(5, (short) 2_000)), "2000 members");
        refused(signed(ByteBuffer.allocate(whole.length + 1).put(whole)), "not as it would be written");
        byte[] twice = MemberTableCodec.encode(
                MemberTable.of(new TreeMap<>(Map.of("a", Entry.of(List.of(ONE), new TreeMap<>())))));
        refused(signed(ByteBuffer.allocate(twice.length).put(twice).put(9, (byte) 0)), "not as it would be written");
    }

    private static byte[] signed(ByteBuffer table) {
        byte[] bytes = table.array();
        CRC32C crc = new CRC32C();
        crc.update(bytes, 5, bytes.length - 5);
        return ByteBuffer.wrap(bytes).putInt(1, (int) crc.getValue()).array();
    }

    private static void refused(byte[] bytes, String why) {
        assertThatThrownBy(() -> MemberTableCodec.decode(bytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }
}
