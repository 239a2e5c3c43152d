package io.dynamo.core.causality;

import static io.dynamo.core.causality.Key.actor;
import static io.dynamo.core.causality.Key.put;
import static io.dynamo.core.causality.Key.values;
import static io.dynamo.core.causality.Key.vector;
import static io.dynamo.core.causality.Key.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.WriteId;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Histories that went wrong in other stores, by hand. */
class VersionSetTest {

    private static final Actor A = actor(1);
    private static final Actor B = actor(2);

    /** Traps T1: the test vector of dvvset. */
    @Test
    void dottedVersions_ofTheReferenceVector_areTheSame() {
        VersionSet a0 = put(VersionSet.EMPTY, A, CausalContext.EMPTY, "v1");
        assertThat(a0.context()).isEqualTo(vector(new Dot(A, 1)));
        assertThat(values(a0)).containsExactly("v1");

        VersionSet a1 = put(a0, A, a0.context(), "v2");
        assertThat(a1.context()).isEqualTo(vector(new Dot(A, 2)));
        assertThat(values(a1)).containsExactly("v2");

        VersionSet a2 = put(a1, B, a1.context(), "v3");
        assertThat(a2.context()).isEqualTo(vector(new Dot(A, 2), new Dot(B, 1)));
        assertThat(values(a2)).containsExactly("v3");

        VersionSet a3 = put(a1, B, a0.context(), "v4");
        assertThat(a3.context()).isEqualTo(vector(new Dot(A, 2), new Dot(B, 1)));
        assertThat(values(a3)).containsExactly("v2", "v4");

        VersionSet a4 = put(a1, A, a0.context(), "v5");
        assertThat(a4.context()).isEqualTo(vector(new Dot(A, 3)));
        assertThat(a4.versions()).containsExactly(version(new Dot(A, 2), "v2"), version(new Dot(A, 3), "v5"));
    }

    /** Traps T1. */
    @Test
    void twoClients_sameCoordinatorSameContext_bothSurvive() {
        VersionSet read = put(VersionSet.EMPTY, A, CausalContext.EMPTY, "read");
        VersionSet both = put(put(read, A, read.context(), "x"), A, read.context(), "y");
        assertThat(values(both)).containsExactly("x", "y");
        assertThat(values(read.merge(both))).containsExactly("x", "y");
    }

    /** Traps T1, riak_kv#746: each writer covers its own last write only, and that is enough to replace it. */
    @Test
    void interleavedWriters_throughOneCoordinator_neverHaveMoreSiblingsThanWriters() {
        int writers = 5;
        VersionSet set = VersionSet.EMPTY;
        CausalContext[] contexts = new CausalContext[writers];
        Arrays.fill(contexts, CausalContext.EMPTY);
        for (int i = 0; i < 1_000; i++) {
            int writer = i % writers;
            Dot dot = Key.next(set, A);
            set = set.write(contexts[writer], version(dot, "w" + writer + "#" + i));
            contexts[writer] = contexts[writer].with(dot);
            assertThat(set.versions()).hasSize(Math.min(i + 1, writers));
        }
        assertThat(set.context()).isEqualTo(vector(new Dot(A, 1_000)));
        assertThat(contexts[0].detached()).as("dots apart from the vector").hasSize(199);
    }

    /** The context of a put is the caller's and the minted dot: the coordinator's would cover what nobody showed. */
    @Test
    void chainedPut_neverErasesAnUnseenWrite() {
        VersionSet set = put(VersionSet.EMPTY, A, CausalContext.EMPTY, "unseen");
        Dot mine = Key.next(set, A);
        set = set.write(CausalContext.EMPTY, version(mine, "mine"));
        CausalContext returned = CausalContext.EMPTY.with(mine);
        assertThat(returned.vector()).isEmpty();
        assertThat(returned.detached()).containsExactly(mine);

        VersionSet chained = put(set, A, returned, "mine again");

        assertThat(values(chained)).containsExactly("unseen", "mine again");
        assertThat(values(put(set, A, set.context(), "careless")))
                .as("what the record's own context would have done")
                .containsExactly("careless");
    }

    /** Traps T3: the caller saw writes of an earlier life of the coordinator. */
    @Test
    void write_withAContextAheadOfTheRecord_keepsThoseWritesFromComingBack() {
        Actor reborn = actor(9);
        VersionSet elsewhere = put(put(VersionSet.EMPTY, A, CausalContext.EMPTY, "1"), B, vector(new Dot(A, 1)), "2");

        VersionSet after = put(VersionSet.EMPTY, reborn, elsewhere.context(), "3");

        assertThat(values(after.merge(elsewhere))).containsExactly("3");
    }

    /** Traps T4: the tombstone is a version like any other, and its dots are never minted again. */
    @Test
    void tombstone_thatComesLate_doesNotEraseTheNewValue() {
        VersionSet old = put(VersionSet.EMPTY, A, CausalContext.EMPTY, "old");
        VersionSet deleted =
                old.write(old.context(), new Version(new Dot(A, 2), 0, 0, new WriteId(0, 0), (byte[]) null));
        assertThat(deleted.hasValue()).isFalse();
        assertThat(deleted.isEmpty()).isFalse();

        VersionSet created = put(VersionSet.EMPTY, actor(9), CausalContext.EMPTY, "new");

        assertThat(values(created.merge(deleted))).containsExactly("deleted", "new");
        assertThat(values(put(deleted, actor(9), deleted.context(), "new").merge(deleted)))
                .containsExactly("new");
    }

    /**
     * A write minted twice is one for readers, but not for {@link VersionSet#merge}: were the larger dot dropped there,
     * the order of merging would decide whether it is alive.
     */
    @Test
    void writeIdTwice_isOneForReaders_andDroppingItInMergeWouldNotBeAssociative() {
        WriteId id = new WriteId(5, 5);
        Version first = new Version(new Dot(A, 1), 0, 0, id, new byte[] {1});
        Version again = new Version(new Dot(B, 1), 0, 0, id, new byte[] {1});
        VersionSet a = VersionSet.EMPTY.write(CausalContext.EMPTY, first);
        VersionSet b = VersionSet.EMPTY.write(CausalContext.EMPTY, again);
        VersionSet c = put(a, A, a.context(), "replaces first");

        assertThat(a.merge(b).versions()).containsExactly(first, again);
        assertThat(a.merge(b).distinctWrites()).containsExactly(first);
        assertThat(a.merge(b).context()).as("covers both").isEqualTo(vector(first.dot(), again.dot()));
        assertThat(a.merge(b).merge(c).versions())
                .isEqualTo(a.merge(b.merge(c)).versions())
                .contains(again);

        VersionSet dropping = VersionSet.of(a.merge(b).context(), a.merge(b).distinctWrites());
        assertThat(dropping.merge(c)).isNotEqualTo(a.merge(b.merge(c)));
    }

    @Test
    void lastWriteOnly_tie_goesToTheLargerDot() {
        VersionSet set = VersionSet.of(
                CausalContext.EMPTY,
                List.of(
                        version(new Dot(A, 2), "a2", 7),
                        version(new Dot(B, 1), "b1", 7),
                        version(new Dot(A, 3), "a3", 6)));
        assertThat(values(set.lastWriteOnly())).containsExactly("b1");
        assertThat(set.highestTimestamp()).isEqualTo(7);
    }

    @Test
    void withoutValues_keepsEverythingButTheBytes() {
        Version tombstone = new Version(new Dot(B, 1), 3, 0, new WriteId(0, 1), (byte[]) null);
        VersionSet set = VersionSet.of(CausalContext.EMPTY, List.of(version(new Dot(A, 1), "value", 9), tombstone));
        VersionSet bare = set.withoutValues();
        assertThat(bare.context()).isEqualTo(set.context());
        assertThat(values(bare)).containsExactly("", "deleted");
        assertThat(bare.highestTimestamp()).isEqualTo(9);
        assertThat(bare.hasValue()).isTrue();
    }

    @Test
    void of_aDotTwice_isRefused() {
        Version once = version(new Dot(A, 1), "x");
        assertThatThrownBy(() -> VersionSet.of(CausalContext.EMPTY, List.of(once, once)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("twice");
    }
}
