package io.dynamo.core.causality;

import static io.dynamo.core.causality.Key.values;
import static io.dynamo.core.causality.Key.vector;
import static io.dynamo.core.causality.Key.version;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Clock truncation by hand (Dynamo §4.4, traps T8). */
class TruncationTest {

    private static final Actor OLDEST = run(1);
    private static final Actor OLDER = run(2);
    private static final Actor OLD = run(3);
    private static final Actor PRESENT = run(4);
    private static final Predicate<Actor> OVER = actor -> !actor.equals(PRESENT);
    private static final Predicate<Actor> NONE = actor -> false;

    /** Runs sort by their start, which the upper half of the incarnation begins with. */
    private static Actor run(long startedMillis) {
        return new Actor(startedMillis << 16, 0, 1);
    }

    private static VersionSet record(CausalContext context, Dot... live) {
        return VersionSet.of(
                context,
                List.of(live).stream().map(dot -> version(dot, dot.toString())).toList());
    }

    private static CausalContext all() {
        return vector(new Dot(OLDEST, 5), new Dot(OLDER, 2), new Dot(OLD, 7), new Dot(PRESENT, 1));
    }

    @Test
    void p24_pairsReachTheThreshold_theOldestIsRemoved() {
        VersionSet record = record(all(), new Dot(PRESENT, 1));

        assertThat(Truncation.excess(record, 3, OVER)).isEqualTo(vector(new Dot(OLDEST, 5)));
        assertThat(Truncation.excess(record, 2, OVER)).isEqualTo(vector(new Dot(OLDEST, 5), new Dot(OLDER, 2)));
        assertThat(record.without(vector(new Dot(OLDEST, 5)), NONE))
                .isEqualTo(
                        record(vector(new Dot(OLDER, 2), new Dot(OLD, 7), new Dot(PRESENT, 1)), new Dot(PRESENT, 1)));
    }

    private static CausalContext forgotten(VersionSet before, CausalContext seen, int entriesMax) {
        VersionSet after = before.write(seen, version(new Dot(PRESENT, 2), "new"));
        return Truncation.afterWrite(before, seen, after, entriesMax, OVER);
    }

    @Test
    void entriesTheWriteIsAbout_areSparedForOneMoreWrite() {
        VersionSet plain = record(all(), new Dot(PRESENT, 1));
        VersionSet replacing = record(all(), new Dot(OLDEST, 5));
        VersionSet withoutOldest = plain.without(vector(new Dot(OLDEST, 5)), NONE);

        assertThat(forgotten(plain, all(), 3)).isEqualTo(vector(new Dot(OLDEST, 5)));
        assertThat(forgotten(replacing, all(), 3)).as("just replaced").isEqualTo(vector(new Dot(OLDER, 2)));
        assertThat(forgotten(replacing, CausalContext.EMPTY, 3))
                .as("still live")
                .isEqualTo(vector(new Dot(OLDER, 2)));
        assertThat(forgotten(withoutOldest, all(), 3)).as("news").isEqualTo(vector(new Dot(OLDER, 2)));
    }

    /** A writer that never reads brings in all that it ever wrote, with every write. */
    @Test
    void newsThatWouldMakeTheRecordTwiceAsLong_isForgottenAtOnce() {
        VersionSet present = record(vector(new Dot(PRESENT, 1)), new Dot(PRESENT, 1));

        assertThat(forgotten(present, all(), 2).isEmpty())
                .as("four entries, two are meant")
                .isTrue();
        assertThat(forgotten(present, all(), 1))
                .isEqualTo(vector(new Dot(OLDEST, 5), new Dot(OLDER, 2), new Dot(OLD, 7)));
    }

    @Test
    void fewEnough_nothingGoes() {
        VersionSet record = record(all(), new Dot(PRESENT, 1));

        assertThat(Truncation.excess(record, 4, OVER).isEmpty()).isTrue();
        assertThat(forgotten(record, all(), 4).isEmpty()).isTrue();
        assertThat(forgotten(record, all(), Truncation.OFF).isEmpty()).isTrue();
        assertThat(record.without(CausalContext.EMPTY, NONE)).isSameAs(record);
    }

    @Test
    void liveDot_keepsItsEntry() {
        VersionSet record = record(all(), new Dot(OLDEST, 5), new Dot(PRESENT, 1));

        assertThat(Truncation.excess(record, 3, OVER)).isEqualTo(vector(new Dot(OLDER, 2)));
        assertThat(record.without(all(), NONE).context()).isEqualTo(vector(new Dot(OLDEST, 5), new Dot(PRESENT, 1)));
    }

    @Test
    void actorThatCanStillMint_stays() {
        VersionSet record = record(all());

        assertThat(Truncation.excess(record, 1, actor -> actor.equals(OLD))).isEqualTo(vector(new Dot(OLD, 7)));
        assertThat(Truncation.excess(record, 1, NONE).isEmpty()).isTrue();
    }

    @Test
    void dotsThatStandApart_areEntriesToo_andGoWithTheirActor() {
        CausalContext context = CausalContext.of(
                List.of(new Dot(OLDEST, 2), new Dot(OLD, 1)), List.of(new Dot(OLDEST, 5), new Dot(OLDER, 9)));
        VersionSet record = record(context);
        CausalContext oldest = CausalContext.of(List.of(new Dot(OLDEST, 2)), List.of(new Dot(OLDEST, 5)));

        assertThat(context.entries()).isEqualTo(4);
        assertThat(context.actors()).containsExactly(OLDEST, OLDER, OLD);
        assertThat(Truncation.excess(record, 3, OVER)).isEqualTo(oldest);
        assertThat(record.without(oldest, NONE).context())
                .isEqualTo(CausalContext.of(List.of(new Dot(OLD, 1)), List.of(new Dot(OLDER, 9))));
    }

    /** The coordinator did not know of counter 6: what it forgot says nothing of it. */
    @Test
    void replicaThatHasSeenMoreOfAnActor_keepsItsEntry() {
        VersionSet replica = record(vector(new Dot(OLDEST, 6), new Dot(OLDER, 2)));

        VersionSet after = replica.without(vector(new Dot(OLDEST, 5), new Dot(OLDER, 2)), NONE);

        assertThat(after.context()).isEqualTo(vector(new Dot(OLDEST, 6)));
    }

    /**
     * Traps T8: X is pruned, Y is not. If X sent its truncated record, Y would keep what the write replaced, and every write
     * would make a sibling. So the whole record travels, and what is to be forgotten beside it.
     */
    @Test
    void wholeRecordAndWhatToForget_leaveNoFalseSibling_whereATruncatedRecordWould() {
        VersionSet before = record(all(), new Dot(OLDEST, 5));
        VersionSet whole = before.write(before.context(), version(new Dot(PRESENT, 2), "new"));
        CausalContext forgotten = Truncation.excess(whole, 3, OVER);
        assertThat(forgotten).isEqualTo(vector(new Dot(OLDEST, 5)));

        assertThat(values(before.merge(whole).without(forgotten, NONE))).containsExactly("new");
        assertThat(before.merge(whole).without(forgotten, NONE)).isEqualTo(whole.without(forgotten, NONE));
        assertThat(values(before.merge(whole.without(forgotten, NONE)))).hasSize(2);
    }
}
