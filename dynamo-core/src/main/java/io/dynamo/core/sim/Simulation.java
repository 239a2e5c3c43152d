package io.dynamo.core.sim;

import io.dynamo.core.check.History;
import io.dynamo.core.check.Timeline;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.ring.Placement;
import io.dynamo.core.ring.RingMember;
import io.dynamo.core.sim.Step.Operation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One seed: a cluster, clients and faults drawn from it; then everything heals, and what clients saw and what is left is
 * judged.
 *
 * <p>Thread: one for each simulation; several may run side by side.
 */
public final class Simulation {

    private static final Logger LOG = LoggerFactory.getLogger(Simulation.class);
    private static final Duration RUN_LIMIT = Duration.ofMinutes(5);

    private final Plan plan;
    private final SimulatedCluster cluster;
    private final Watch watch;

    private Simulation(Plan plan) {
        this.plan = plan;
        this.cluster = new SimulatedCluster(plan.luck(), plan.profile());
        this.watch = new Watch(cluster, plan.profile());
    }

    /**
     * What came of a seed.
     *
     * @param seed the seed
     * @param violations what is wrong, each beginning with the invariant it breaks; empty if all is well
     * @param hash of all deliveries and all that clients were told
     * @param events how much happened
     * @param healedNanos when faults ended, in virtual time
     * @param timelines the lives of the keys with which something is wrong
     */
    public record Report(
            long seed, List<String> violations, String hash, long events, long healedNanos, String timelines) {}

    /**
     * The profiles that have a name.
     *
     * @return the usual one first
     */
    public static List<String> profiles() {
        return Profiles.NAMES;
    }

    /**
     * Runs a seed.
     *
     * @param seed decides everything
     * @param profile one of {@link #profiles}
     * @return what came of it
     */
    public static Report run(long seed, String profile) {
        return run(seed, Profiles.named(profile, seed));
    }

    /**
     * Runs a seed with a profile of the caller's.
     *
     * @param seed decides everything that the profile leaves open
     * @param profile the cluster, its faults and its clients
     * @return what came of it
     */
    public static Report run(long seed, SimulationProfile profile) {
        return run(Plan.draw(seed, profile));
    }

    static Report run(Plan plan) {
        try {
            return new Simulation(plan).run();
        } catch (RuntimeException e) {
            LOG.error("seed {}: the simulation threw", plan.seed(), e);
            return new Report(plan.seed(), List.of("THREW " + e), "", 0, plan.endNanos(), "");
        }
    }

    private Report run() {
        promise();
        if (!cluster.settle() && isNetworkCalm()) {
            watch.violated("START the cluster did not get ready");
        }
        Nemesis nemesis = new Nemesis(cluster, watch.history, plan);
        List<SimulatedClient> clients = new ArrayList<>();
        for (int i = 0; i < plan.profile().workload().clients(); i++) {
            clients.add(new SimulatedClient(cluster, watch, "client-" + i, plan.operationsOf(i)));
        }
        clients.forEach(SimulatedClient::start);
        nemesis.start();
        if (!cluster.runUntil(() -> clients.stream().allMatch(SimulatedClient::isDone), RUN_LIMIT)) {
            watch.violated("SLOW the clients were not done after " + RUN_LIMIT);
        }
        cluster.run(Duration.ofNanos(
                Math.max(0, plan.endNanos() - cluster.universe().nowNanos())));
        long healedNanos = cluster.universe().nowNanos();
        nemesis.stop();
        if (plan.profile().equals(SimulationProfile.calm()) && watch.failures > 0) {
            watch.violated("CALM " + watch.failures + " operations failed although nothing went wrong");
        }
        new Aftermath(cluster, watch, plan).run();
        List<String> violations = watch.judge();
        return new Report(
                plan.seed(), violations, cluster.traceHash(), cluster.events(), healedNanos, timelines(violations));
    }

    /** Some networks are so bad that not all links are ever up at once; nobody promises anything about those. */
    private boolean isNetworkCalm() {
        return plan.profile().network().equals(SimulationProfile.calm().network());
    }

    private void promise() {
        SimulationProfile.Shape shape = plan.profile().shape();
        for (String name : keys(plan)) {
            String store = name.substring(0, name.indexOf('/'));
            watch.history.promise(
                    name,
                    new History.Rules(
                            shape.n(),
                            shape.r(),
                            shape.w(),
                            store.equals(SimulatedCluster.LWW_STORE),
                            owners(shape, store, name.substring(store.length() + 1))));
        }
    }

    /** The keys that a plan's operations touch, as {@code store/key}. */
    static SortedSet<String> keys(Plan plan) {
        TreeSet<String> keys = new TreeSet<>();
        for (Step step : plan.steps()) {
            if (step instanceof Operation operation) {
                keys.add(operation.store() + "/" + operation.key());
            }
        }
        return keys;
    }

    /** The nodes that hold a key. */
    static List<String> owners(SimulationProfile.Shape shape, String store, String key) {
        List<RingMember> members = SimulatedSettings.members(shape.nodes()).stream()
                .map(member -> new RingMember(member.id(), member.weight(), member.zone()))
                .toList();
        int partitions = SimulatedSettings.partitions(shape);
        Placement placement = Placement.of(members, partitions);
        int partition = StoredKey.of(store, key.getBytes(StandardCharsets.UTF_8), partitions)
                .partition();
        List<String> owners = new ArrayList<>();
        for (int i = 0; i < shape.n(); i++) {
            owners.add(placement
                    .members()
                    .get(placement.preferenceList(partition)[i])
                    .id());
        }
        return owners;
    }

    private String timelines(List<String> violations) {
        StringBuilder text = new StringBuilder();
        for (String key : keys(plan)) {
            if (violations.stream().anyMatch(violation -> violation.contains(key + ":"))) {
                text.append(Timeline.of(watch.history, key));
            }
        }
        return text.toString();
    }
}
