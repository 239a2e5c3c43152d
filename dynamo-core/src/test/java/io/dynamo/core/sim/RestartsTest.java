package io.dynamo.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.AsyncStore;
import io.dynamo.api.Codec;
import io.dynamo.api.Read;
import io.dynamo.api.Reconciler;
import io.dynamo.api.Written;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.check.History;
import io.dynamo.core.check.WriteEvent;
import io.dynamo.core.check.WriteEvent.Outcome;
import io.dynamo.core.sim.Step.Operation;
import io.dynamo.core.sim.Step.Verb;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What runs leave in a record does not add up, however many there are. */
class RestartsTest {

    private static final int RESTARTS = 1_000;
    private static final int N = 3;

    /** How many entries of runs that are over a record may have before they are forgotten, as nodes have it by default. */
    private static final int FORGETTING = 8;

    /** The present run and the one before of each owner, and what has to wait until it is enough. */
    private static final int ENTRIES_MAX = 2 * N + FORGETTING;

    private static final String KEY = "k";
    private static final String NAME = Plan.SIBLINGS + "/" + KEY;
    private static final Duration SOON = Duration.ofSeconds(5);

    /** Long enough for a proof, as one that is under way when a member is restarted has to begin anew. */
    private static final Duration BETWEEN = Duration.ofSeconds(12);

    private static final SimulationProfile PROFILE = SimulationProfile.calm()
            .with(new SimulationProfile.Shape(N, N, 2, 2, 1, true, 0))
            .with(SimulationProfile.calm()
                    .bounds()
                    .repairing(Duration.ofSeconds(5))
                    .purging(Duration.ofSeconds(1))
                    .forgetting(FORGETTING));

    private final SimulatedCluster cluster = new SimulatedCluster(1, PROFILE);
    private final Watch watch = new Watch(cluster, PROFILE);

    /** Each run of each node in turn overwrites the same key once, and is killed. */
    @Test
    void aThousandRestarts_recordStaysBounded() {
        watch.history.promise(NAME, new History.Rules(N, 2, 2, false, List.copyOf(cluster.ids())));
        assertThat(cluster.settle()).isTrue();
        int most = 0;
        for (int restart = 0; restart < RESTARTS; restart++) {
            String id = cluster.ids().get(restart % N);
            overwrite(id);
            most = Math.max(most, mostEntries());
            cluster.crash(id);
            cluster.restart(id);
            assertThat(cluster.settle()).isTrue();
            cluster.run(BETWEEN);
        }

        assertThat(most).isGreaterThan(FORGETTING).isLessThanOrEqualTo(ENTRIES_MAX);
        assertThat(watch.forgotten()).isGreaterThan(N * RESTARTS / (2 * FORGETTING));
        // Everything that is judged after any simulation: all is there, alike on all disks, and what is deleted goes.
        Operation operation = new Operation(0, 0, Verb.PUT, Plan.SIBLINGS, KEY, 0);
        new Aftermath(cluster, watch, new Plan(1, PROFILE, List.of(operation), 1, 0)).run();
        assertThat(watch.judge()).isEmpty();
    }

    private void overwrite(String id) {
        AsyncStore<String> store = Objects.requireNonNull(cluster.node(id))
                .store(Plan.SIBLINGS, Codec.utf8(), Reconciler.siblings())
                .async();
        Read<String> read = cluster.await(store.get(KEY), SOON);
        TreeSet<Integer> seen = new TreeSet<>();
        read.siblings().forEach(value -> seen.add(Values.numberIn(NAME, value)));
        WriteEvent write =
                watch.history.begin(NAME, false, "client", cluster.universe().nowNanos(), seen);
        Written written = cluster.await(store.put(KEY, Values.of(NAME, write.number()), read.context()), SOON);
        watch.named(write, written.id());
        watch.acknowledged(write, written);
        write.answered(Outcome.OK, cluster.universe().nowNanos(), id);
    }

    private int mostEntries() {
        int most = 0;
        for (String id : cluster.ids()) {
            VersionSet set = RepairJudge.onDisk(cluster, new Plan(1, PROFILE, List.of(), 1, 0), id, NAME);
            most = Math.max(most, set.context().entries());
        }
        return most;
    }
}
