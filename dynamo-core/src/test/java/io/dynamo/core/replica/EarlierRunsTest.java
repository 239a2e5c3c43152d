package io.dynamo.core.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Dot;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which runs are over, as a context tells by itself. */
class EarlierRunsTest {

    private static final byte[] HERE = {1, 2, 3, 4, 5};
    private static final byte[] THERE = {-1, 2, 3, 4, 5};

    static Actor actor(long startedMillis, byte[] directory) {
        return Incarnation.of(startedMillis, directory, startedMillis).draw();
    }

    static CausalContext context(Actor... actors) {
        List<Dot> runs = new ArrayList<>();
        for (Actor actor : actors) {
            runs.add(new Dot(actor, 3));
        }
        return CausalContext.of(runs, List.of());
    }

    @Test
    void run_hadEndedWhenTheNextOneOfItsDirectoryBegan() {
        Actor first = actor(10, HERE);
        Actor second = actor(20, HERE);
        Actor last = actor(30, HERE);
        Actor other = actor(15, THERE);
        CausalContext context = context(first, second, last, other);

        assertThat(EarlierRuns.ends(context)).containsOnlyKeys(first, second);
        assertThat(EarlierRuns.ends(context)).containsEntry(first, 20L).containsEntry(second, 30L);
        assertThat(EarlierRuns.endedBefore(context, 19).isEmpty()).isTrue();
        assertThat(EarlierRuns.endedBefore(context, 20)).isEqualTo(context(first));
        assertThat(EarlierRuns.endedBefore(context, Long.MAX_VALUE - 1)).isEqualTo(context(first, second));
    }

    @Test
    void actorsOfOneRun_endTogether() {
        Incarnation run = Incarnation.of(10, HERE, 7);
        Actor one = run.draw();
        Actor another = run.draw();

        assertThat(EarlierRuns.ends(context(one, another)))
                .as("nothing says that it is over")
                .isEmpty();
        assertThat(EarlierRuns.ends(context(one, another, actor(20, HERE))))
                .containsOnlyKeys(one, another)
                .containsEntry(one, 20L)
                .containsEntry(another, 20L);
    }

    @Test
    void dotsThatStandApart_goWithTheirActor() {
        Actor first = actor(10, HERE);
        Actor last = actor(20, HERE);
        CausalContext context =
                CausalContext.of(List.of(new Dot(first, 1), new Dot(last, 1)), List.of(new Dot(first, 5)));

        assertThat(EarlierRuns.endedBefore(context, 20))
                .isEqualTo(CausalContext.of(List.of(new Dot(first, 1)), List.of(new Dot(first, 5))));
    }
}
