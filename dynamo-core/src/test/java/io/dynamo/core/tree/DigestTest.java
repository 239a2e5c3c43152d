package io.dynamo.core.tree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.WriteId;
import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Dot;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class DigestTest {

    private static final Dot FIRST = new Dot(new Actor(1, 2, 3), 1);
    private static final Dot SECOND = new Dot(new Actor(1, 2, 3), 2);

    private static VersionSet set(CausalContext context, Dot live, long timestamp) {
        return VersionSet.of(
                context, List.of(new Version(live, timestamp, 0, new WriteId(5, 6), "value".getBytes(UTF_8))));
    }

    @Test
    void digest_isOfKeyContextAndLiveDots() {
        VersionSet one = set(CausalContext.EMPTY, FIRST, 7);
        Digest digest = Digest.of(new byte[] {1}, one);
        assertThat(Digest.of(new byte[] {1}, set(CausalContext.EMPTY, FIRST, 8)))
                .isEqualTo(digest);
        assertThat(Digest.of(new byte[] {2}, one)).isNotEqualTo(digest);
        // A replica that dropped a sibling has seen as much, and one that has seen more holds the same values.
        VersionSet both = one.merge(set(CausalContext.EMPTY, SECOND, 7));
        assertThat(Digest.of(new byte[] {1}, set(both.context(), FIRST, 7)))
                .isNotEqualTo(digest)
                .isNotEqualTo(Digest.of(new byte[] {1}, both));
        assertThat(Digest.of(new byte[] {1}, VersionSet.EMPTY)).isEqualTo(Digest.NONE);
    }

    @Test
    void digest_ofARecord_staysWhatItIs() {
        assertThat(HexFormat.of()
                        .formatHex(Digest.of(new byte[] {0, 1, 1, 's', 'k'}, set(CausalContext.EMPTY, FIRST, 7))
                                .bytes()))
                .isEqualTo("0bf9ddbaae0c37fe1352aba84dd36282");
    }

    @Test
    void sum_takesOutWhatItPutIn() {
        Digest one = new Digest(1, 2);
        Digest two = new Digest(-5, 9);
        assertThat(one.xor(two).xor(one)).isEqualTo(two);
        assertThat(Digest.parse(two.bytes())).isEqualTo(two);
        assertThatThrownBy(() -> Digest.parse(new byte[15])).isInstanceOf(IllegalArgumentException.class);
    }
}
