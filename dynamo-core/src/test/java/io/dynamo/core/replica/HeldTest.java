package io.dynamo.core.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Dot;
import io.dynamo.core.causality.VersionSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a replica makes of what others send: whom it still mints as, and what it forgets (traps T3, T5, T8). */
class HeldTest {

    private static final byte[] DIRECTORY = new byte[16];
    private static final Incarnation PRESENT = Incarnation.of(2, DIRECTORY, 7);
    private static final Actor PRESENT_ACTOR = PRESENT.draw();
    private static final Actor EARLIER = Incarnation.of(1, DIRECTORY, 7).draw();
    private static final CausalContext BOTH =
            CausalContext.of(List.of(new Dot(PRESENT_ACTOR, 9), new Dot(EARLIER, 4)), List.of());

    private static Held held(Actor own) {
        return new Held(VersionSet.of(BOTH, List.of()), own);
    }

    /** A copy of the directory runs elsewhere and makes others believe that this run is over: dots stay unique. */
    @Test
    void actorOfThePresentRun_isNeverForgotten_whateverOthersBelieve() {
        Held after = held(PRESENT_ACTOR).without(BOTH, PRESENT);

        assertThat(after.set().context().highest(PRESENT_ACTOR)).isEqualTo(9);
        assertThat(after.set().context().highest(EARLIER)).isZero();
        assertThat(after.own()).isEqualTo(PRESENT_ACTOR);
    }

    @Test
    void ownActorOfAnEarlierRun_goesWithItsEntry() {
        Held after = held(EARLIER).without(BOTH, PRESENT);

        assertThat(after.set().context().actors()).containsExactly(PRESENT_ACTOR);
        assertThat(after.own()).as("it never mints again").isNull();
    }

    /** Also of an actor that this very run once drew: what it counted since is forgotten with the record. */
    @Test
    void ownActor_isNeverTakenFromAReceivedRecord() {
        VersionSet received = VersionSet.of(BOTH, List.of());

        for (boolean lastWriteOnly : new boolean[] {false, true}) {
            assertThat(Held.NONE.merge(received, lastWriteOnly).own())
                    .as("nothing was held")
                    .isNull();
            Actor drawn = PRESENT.draw();
            Held own = new Held(VersionSet.of(CausalContext.EMPTY.with(new Dot(drawn, 1)), List.of()), drawn);
            assertThat(own.merge(received, lastWriteOnly).own())
                    .as("one was drawn for this record")
                    .isEqualTo(drawn);
            Held without = new Held(own.set(), null);
            assertThat(without.merge(received, lastWriteOnly).own())
                    .as("one was given up")
                    .isNull();
        }
    }

    @Test
    void nothingToForget_isTheSameRecord() {
        Held before = held(EARLIER);

        assertThat(before.without(CausalContext.EMPTY, PRESENT)).isSameAs(before);
        assertThat(before.without(CausalContext.EMPTY.with(new Dot(EARLIER, 4)), PRESENT))
                .as("more was seen here")
                .isSameAs(before);
    }
}
