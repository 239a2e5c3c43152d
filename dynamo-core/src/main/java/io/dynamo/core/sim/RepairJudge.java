package io.dynamo.core.sim;

import io.dynamo.core.NodeCore;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.repair.Outcome;
import io.dynamo.core.repair.Outcome.State;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.spi.Space;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * I4 without any read: where owners compare what they hold, they become alike by that alone, and a pass after that finds
 * nothing to do.
 */
final class RepairJudge {

    /** Twice the usual time between comparisons, twice that between rounds of handing over, and some. */
    private static final Duration HEALING = Duration.ofSeconds(150);

    private static final int PASSES_WHILE_PURGING = 6;
    private static final Duration PASS = Duration.ofSeconds(30);

    private final SimulatedCluster cluster;
    private final Watch watch;
    private final Plan plan;

    RepairJudge(SimulatedCluster cluster, Watch watch, Plan plan) {
        this.cluster = cluster;
        this.watch = watch;
        this.plan = plan;
    }

    /**
     * @param healedNanos when the faults had ended and the clients were done
     */
    void judge(long healedNanos) {
        if (plan.profile().bounds().repairEvery().isZero()) {
            return;
        }
        Duration since = Duration.ofNanos(cluster.universe().nowNanos() - healedNanos);
        cluster.runUntil(() -> differing(cluster, plan).isEmpty(), HEALING.minus(since));
        differing(cluster, plan)
                .forEach(key ->
                        watch.violated("I4 " + key + ": its owners' disks differ " + HEALING + " after the faults"));
        if (differing(cluster, plan).isEmpty()) {
            nextPassRepairsNothing();
        }
    }

    /** The keys of which the owners' disks hold different things. */
    static List<String> differing(SimulatedCluster cluster, Plan plan) {
        List<String> differing = new ArrayList<>();
        for (String key : Simulation.keys(plan)) {
            String store = key.substring(0, key.indexOf('/'));
            List<String> owners = Simulation.owners(plan.profile().shape(), store, key.substring(store.length() + 1));
            byte[] first = onDisk(cluster, plan, owners.get(0), key).encoded();
            if (!owners.stream()
                    .allMatch(owner -> Arrays.equals(
                            first, onDisk(cluster, plan, owner, key).encoded()))) {
                differing.add(key);
            }
        }
        return differing;
    }

    private void nextPassRepairsNothing() {
        // What is being removed just now is still with some; that has an end.
        int passes = plan.profile().bounds().purgeEvery().isZero() ? 1 : PASSES_WHILE_PURGING;
        List<Outcome> unequal = unequal();
        for (int more = 1; more < passes && !unequal.isEmpty(); more++) {
            unequal = unequal();
        }
        unequal.forEach(outcome -> watch.violated("I4 owners are alike, and a pass after that ends as " + outcome));
    }

    private List<Outcome> unequal() {
        // What found the last difference has its end.
        cluster.run(Duration.ofSeconds(5));
        int partitions = SimulatedSettings.partitions(plan.profile().shape());
        List<Outcome> outcomes = new ArrayList<>();
        for (String id : cluster.ids()) {
            NodeCore core = cluster.core(id);
            for (int partition = 0; core != null && partition < partitions; partition++) {
                core.compareNow(partition, outcomes::add);
            }
        }
        int n = plan.profile().shape().n();
        int all = partitions * n * (n - 1);
        if (!cluster.runUntil(() -> outcomes.size() >= all, PASS)) {
            watch.violated("I4 of " + all + " comparisons " + outcomes.size() + " had an end within " + PASS);
        }
        return outcomes.stream()
                .filter(outcome -> outcome.state() != State.EQUAL)
                .toList();
    }

    static VersionSet onDisk(SimulatedCluster cluster, Plan plan, String owner, String key) {
        String store = key.substring(0, key.indexOf('/'));
        byte[] bytes = key.substring(store.length() + 1).getBytes(StandardCharsets.UTF_8);
        int partitions = SimulatedSettings.partitions(plan.profile().shape());
        byte[] record = cluster.machine(owner)
                .disk
                .shown(Space.RECORDS, StoredKey.of(store, bytes, partitions).bytes());
        return record == null ? VersionSet.EMPTY : DotLedger.setIn(record);
    }
}
