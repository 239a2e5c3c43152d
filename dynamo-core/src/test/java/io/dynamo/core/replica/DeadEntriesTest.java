package io.dynamo.core.replica;

import static io.dynamo.core.replica.EarlierRunsTest.actor;
import static io.dynamo.core.replica.EarlierRunsTest.context;
import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.WriteId;
import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Dot;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Which entries may be forgotten, and that whoever has forgotten them takes them from nobody. */
class DeadEntriesTest {

    private static final byte[] HERE = {1, 2, 3, 4, 5};
    private static final long AGE = 1_000;
    private static final Actor FIRST = actor(10, HERE);
    private static final Actor SECOND = actor(20, HERE);
    private static final Actor THIRD = actor(30, HERE);
    private static final Actor LAST = actor(40, HERE);
    private static final CausalContext ALL = context(FIRST, SECOND, THIRD, LAST);
    private static final Incarnation NOW = Incarnation.of(50, HERE, 1);
    private static final StoredKey KEY = StoredKey.of("notes", "k".getBytes(StandardCharsets.UTF_8), 256);

    private final DeadEntries dead = new DeadEntries(new PurgeAge(AGE, true, 2));

    private static VersionSet with(CausalContext context, Actor... live) {
        return VersionSet.of(
                context,
                List.of(live).stream()
                        .map(actor -> new Version(
                                new Dot(actor, 3), 1, 0, new WriteId(1, actor.incarnationHigh()), (byte[]) null))
                        .toList());
    }

    @Test
    void record_isDueWhenEnoughRunsAreOverForLongEnough() {
        assertThat(dead.dueMillis(with(ALL, LAST))).as("when two may go").isEqualTo(30 + AGE);
        assertThat(dead.dueMillis(with(ALL, FIRST))).as("that one stays").isEqualTo(40 + AGE);
        assertThat(dead.dueMillis(with(context(FIRST, SECOND, LAST), FIRST)))
                .as("one alone is not worth it")
                .isEqualTo(Long.MAX_VALUE);
        assertThat(new DeadEntries(new PurgeAge(AGE, true, 0)).dueMillis(with(ALL)))
                .as("off")
                .isEqualTo(Long.MAX_VALUE);
        assertThat(new DeadEntries(new PurgeAge(AGE, false, 2)).dueMillis(with(ALL)))
                .as("nothing is looked for")
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatMayGo_isOverForLongEnough_andDoesNotLive() {
        assertThat(dead.over(with(ALL), 29 + AGE)).isEqualTo(context(FIRST));
        assertThat(dead.over(with(ALL), 40 + AGE)).isEqualTo(context(FIRST, SECOND, THIRD));
        assertThat(dead.over(with(ALL, SECOND), 40 + AGE)).isEqualTo(context(FIRST, THIRD));
    }

    @Test
    void owner_agreesToWhatItHoldsJustSo_andDoesNotMintAs() {
        VersionSet held = with(ALL, LAST);
        CausalContext entries = context(FIRST, SECOND);

        assertThat(dead.mayForget(held, entries, 40 + AGE, NOW)).isTrue();
        assertThat(dead.mayForget(held, entries, 29 + AGE, NOW)).as("too soon").isFalse();
        assertThat(dead.mayForget(with(ALL, FIRST), entries, 40 + AGE, NOW))
                .as("one lives")
                .isFalse();
        assertThat(dead.mayForget(with(context(SECOND, LAST)), entries, 40 + AGE, NOW))
                .as("one is not there")
                .isFalse();
        VersionSet more = with(ALL.join(CausalContext.EMPTY.with(new Dot(FIRST, 4))));
        assertThat(dead.mayForget(more, entries, 40 + AGE, NOW))
                .as("one has more")
                .isFalse();
        assertThat(dead.mayForget(held, entries, 40 + AGE, null))
                .as("nobody knows who mints")
                .isFalse();
    }

    /** A copy of the directory runs elsewhere, and has written the key: by what the record says, this run is over. */
    @Test
    void ownersPresentRun_isNeverAgreedTo() {
        Incarnation present = Incarnation.of(20, HERE, 9);
        Actor own = present.draw();

        CausalContext all = context(FIRST, own, LAST);
        assertThat(dead.over(with(all), 40 + AGE)).isEqualTo(context(FIRST, own));
        assertThat(dead.mayForget(with(all), context(FIRST, own), 40 + AGE, present))
                .isFalse();
        assertThat(dead.mayForget(with(all), context(FIRST), 40 + AGE, present)).isTrue();
    }

    @Test
    void whatWasForgottenLast_isTakenFromNobody() {
        Map<StoredKey, CausalContext> batch =
                new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
        batch.put(KEY, context(FIRST, SECOND));
        dead.forgotten(KEY.partition(), batch);

        assertThat(dead.without(KEY, with(ALL, LAST))).isEqualTo(with(context(THIRD, LAST), LAST));
        assertThat(dead.without(KEY, ALL)).isEqualTo(context(THIRD, LAST));
        assertThat(dead.without(KEY, with(ALL, FIRST)))
                .as("what lives is nothing that was forgotten")
                .isEqualTo(with(context(FIRST, THIRD, LAST), FIRST));
        VersionSet untouched = with(context(THIRD, LAST), LAST);
        assertThat(dead.without(KEY, untouched)).isSameAs(untouched);
        StoredKey other = StoredKey.of("other", KEY.key(), 256);
        assertThat(dead.without(other, with(ALL)).context()).isEqualTo(ALL);
    }
}
