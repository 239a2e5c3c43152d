package io.dynamo.core.causality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SliceTest {

    private static final byte[] ARRAY = {9, 1, 2, 3, 9};
    private static final Slice INNER = new Slice(ARRAY, 1, 3);

    @Test
    void sliceOfAPart_isEqualToTheSameBytesAnywhere() {
        Slice alone = Slice.of(new byte[] {1, 2, 3});

        assertThat(INNER).isEqualTo(alone).hasSameHashCodeAs(alone);
        assertThat(INNER.bytes()).isEqualTo(alone.bytes());
        assertThat(new Slice(ARRAY, 0, 3)).isNotEqualTo(alone);
        assertThat(new Slice(ARRAY, 1, 4)).isNotEqualTo(alone);
        assertThat(new Slice(ARRAY, 2, 0)).isEqualTo(Slice.of(new byte[0]));
    }

    @Test
    void bytes_ofAWholeArray_areNotCopied() {
        assertThat(Slice.of(ARRAY).bytes()).isSameAs(ARRAY);
    }

    @Test
    void putInto_appendsThePartAlone() {
        ByteBuffer out = ByteBuffer.allocate(4).put((byte) 7);
        INNER.putInto(out);

        assertThat(out.array()).containsExactly(7, 1, 2, 3);
    }

    @Test
    void decodedSet_keepsItsBytesWhereTheyLie() {
        VersionSet set = VersionSetCodec.decode(VersionSetCodec.encode(Generated.set(new SplittableRandom(5))));
        byte[] within = new byte[set.encoded().length + 7];
        System.arraycopy(set.encoded(), 0, within, 3, set.encoded().length);

        VersionSet read = VersionSetCodec.decode(new Slice(within, 3, set.encoded().length));

        assertThat(read).isEqualTo(set);
        assertThat(read.encoding().array()).isSameAs(within);
        assertThat(read.encodedBytes()).isEqualTo(set.encoded().length);
        assertThat(read.hasValue()).isTrue();
        for (Version version : read.versions()) {
            Slice value = version.content();
            assertThat(value == null || value.array() == within).isTrue();
        }
    }

    @Test
    void newSet_isEncodedWhereItIsPutFirst() {
        VersionSet set = Generated.set(new SplittableRandom(5));
        byte[] bytes = VersionSetCodec.encode(set);
        ByteBuffer out = ByteBuffer.allocate(bytes.length + 3).put((byte) 7);
        ByteBuffer part = out.slice(1, bytes.length + 2).position(1);

        set.putInto(part);
        assertThat(part.position()).isEqualTo(1 + bytes.length);
        assertThat(set.encoding()).isEqualTo(new Slice(out.array(), 2, bytes.length));
        assertThat(set.encoding().array()).isSameAs(out.array());
        assertThat(set.encoded()).isEqualTo(bytes);

        ByteBuffer next = ByteBuffer.allocate(bytes.length);
        set.putInto(next);
        assertThat(next.array()).isEqualTo(bytes);
        assertThat(set.encoding().array()).isSameAs(out.array());
    }

    @Test
    void newSet_withoutRoom_isNotThere() {
        VersionSet set = Generated.set(new SplittableRandom(5));
        ByteBuffer out = ByteBuffer.allocate(VersionSetCodec.size(set) - 1);

        assertThatThrownBy(() -> set.putInto(out)).isInstanceOf(IllegalArgumentException.class);
        assertThat(set.encoded()).isEqualTo(VersionSetCodec.encode(set));
    }
}
