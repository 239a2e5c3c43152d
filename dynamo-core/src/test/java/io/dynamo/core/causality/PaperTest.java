package io.dynamo.core.causality;

import static io.dynamo.core.causality.Key.actor;
import static io.dynamo.core.causality.Key.put;
import static io.dynamo.core.causality.Key.values;
import static io.dynamo.core.causality.Key.vector;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the paper says of versions, statement by statement. */
class PaperTest {

    private static final Actor SX = actor(1);
    private static final Actor SY = actor(2);
    private static final Actor SZ = actor(3);

    /** §4.4, Figure 3. */
    @Test
    void figure3_versionEvolution() {
        VersionSet d1 = put(VersionSet.EMPTY, SX, CausalContext.EMPTY, "D1");
        assertThat(d1.context()).isEqualTo(vector(new Dot(SX, 1)));

        VersionSet d2 = put(d1, SX, d1.context(), "D2");
        assertThat(d2.context()).isEqualTo(vector(new Dot(SX, 2)));
        assertThat(values(d2)).as("D2 replaces D1").containsExactly("D2");
        assertThat(d1.merge(d2)).as("also where D1 lingers").isEqualTo(d2);

        VersionSet d3 = put(d2, SY, d2.context(), "D3");
        VersionSet d4 = put(d2, SZ, d2.context(), "D4");
        assertThat(d3.context()).isEqualTo(vector(new Dot(SX, 2), new Dot(SY, 1)));
        assertThat(d4.context()).isEqualTo(vector(new Dot(SX, 2), new Dot(SZ, 1)));

        VersionSet read = d3.merge(d4);
        assertThat(values(read)).as("neither knows the other").containsExactly("D3", "D4");
        assertThat(read.context()).isEqualTo(vector(new Dot(SX, 2), new Dot(SY, 1), new Dot(SZ, 1)));

        VersionSet d5 = put(read, SX, read.context(), "D5");
        assertThat(d5.context()).isEqualTo(vector(new Dot(SX, 3), new Dot(SY, 1), new Dot(SZ, 1)));
        assertThat(values(d5)).containsExactly("D5");
        assertThat(d5.merge(d3).merge(d4)).as("D5 collapses both branches").isEqualTo(d5);
    }

    /** §4.4: counters of one less than or equal to all of the other's: an ancestor, which can be forgotten. */
    @Test
    void syntacticReconciliation_ofAncestors_forgetsThem() {
        VersionSet old = put(VersionSet.EMPTY, SX, CausalContext.EMPTY, "old");
        VersionSet newer = put(put(old, SY, old.context(), "a"), SZ, vector(new Dot(SX, 1), new Dot(SY, 1)), "b");

        assertThat(newer.context().covers(old.context())).isTrue();
        assertThat(values(newer.merge(old))).containsExactly("b");
        assertThat(newer.merge(old)).isEqualTo(old.merge(newer));
    }

    /** §4.4: each modification is a new immutable version; several may be present at the same time. */
    @Test
    void modification_ofASet_leavesTheOldOneAlone() {
        VersionSet before = put(VersionSet.EMPTY, SX, CausalContext.EMPTY, "one");
        byte[] bytes = before.encoded().clone();

        VersionSet after = put(before, SX, CausalContext.EMPTY, "two");

        assertThat(values(before)).containsExactly("one");
        assertThat(before.encoded()).isEqualTo(bytes);
        assertThat(values(after)).containsExactly("one", "two");
    }
}
