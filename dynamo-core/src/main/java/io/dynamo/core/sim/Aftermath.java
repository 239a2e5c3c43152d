package io.dynamo.core.sim;

import io.dynamo.api.AsyncStore;
import io.dynamo.api.Codec;
import io.dynamo.api.Context;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.Reconciler;
import io.dynamo.core.NodeCore;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.check.ReadEvent;
import io.dynamo.core.coordinate.ReadPlan;
import io.dynamo.core.coordinate.ReadResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What comes after the faults: everything heals; then every operation must succeed, and one read of all N replicas must make
 * them alike, byte for byte (I4).
 */
final class Aftermath {

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
    private static final Duration QUIET = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Codec<String> CODEC = Codec.utf8();
    private static final Reconciler<String> SIBLINGS = Reconciler.siblings();
    private static final long TIMEOUT_NANOS = 1_000_000_000L;

    private final SimulatedCluster cluster;
    private final Watch watch;
    private final Plan plan;

    Aftermath(SimulatedCluster cluster, Watch watch, Plan plan) {
        this.cluster = cluster;
        this.watch = watch;
        this.plan = plan;
    }

    void run() {
        cluster.heal();
        cluster.runUntil(() -> !cluster.isAnyBusy(), LONGEST_PAUSE);
        if (!cluster.settle()) {
            watch.violated("HEAL the cluster did not get ready again");
        }
        cluster.run(QUIET);
        probe();
        for (String key : Simulation.keys(plan)) {
            converge(key);
        }
    }

    /** On every node a write and a read must succeed. */
    private void probe() {
        for (String id : cluster.ids()) {
            String key = "probe-" + id;
            DynamoNode node = cluster.node(id);
            if (node == null) {
                watch.violated("HEAL node " + id + " is not up");
                continue;
            }
            AsyncStore<String> store = node.store("probes", CODEC, SIBLINGS).async();
            try {
                cluster.await(store.put(key, id, Context.none()), PATIENCE);
                if (!cluster.await(store.get(key), PATIENCE).siblings().contains(id)) {
                    watch.violated("HEAL node " + id + " does not read what it wrote");
                }
            } catch (RuntimeException e) {
                watch.violated("HEAL an operation on " + id + " failed: " + e.getMessage());
            }
        }
    }

    private void converge(String key) {
        SimulationProfile.Shape shape = plan.profile().shape();
        String anyone = cluster.ids().get(0);
        read(anyone, key, new ReadPlan(shape.n(), 0, true, TIMEOUT_NANOS, false));
        cluster.run(Duration.ofSeconds(1));
        VersionSet first = null;
        for (String owner : Simulation.owners(shape, storeOf(key), keyOf(key))) {
            VersionSet held = read(owner, key, new ReadPlan(1, 0, false, TIMEOUT_NANOS, false));
            if (held == null) {
                return;
            }
            watch.found(held);
            if (first != null && !Arrays.equals(first.encoded(), held.encoded())) {
                watch.violated("I4 " + key + ": replicas differ after a read of all N: " + first + " and " + held);
            }
            first = held;
        }
        if (first != null) {
            end(key, first);
        }
    }

    private void end(String key, VersionSet set) {
        List<Integer> values = new ArrayList<>();
        for (Version version : set.distinctWrites()) {
            byte[] value = version.value();
            if (value != null) {
                values.add(Watch.numberOf(key, new String(value, StandardCharsets.UTF_8)));
            }
        }
        watch.end(new ReadEvent(key, values, new TreeSet<>(), cluster.universe().nowNanos(), "the end"), set);
    }

    private @Nullable VersionSet read(String id, String key, ReadPlan readPlan) {
        NodeCore core = cluster.core(id);
        if (core == null) {
            return null;
        }
        CompletableFuture<ReadResult> future =
                core.get(storeOf(key), keyOf(key).getBytes(StandardCharsets.UTF_8), readPlan);
        try {
            return cluster.await(future, PATIENCE).set();
        } catch (RuntimeException e) {
            watch.violated("HEAL a read of " + key + " on " + id + " failed: " + e.getMessage());
            return null;
        }
    }

    private static String storeOf(String key) {
        return key.substring(0, key.indexOf('/'));
    }

    private static String keyOf(String key) {
        return key.substring(key.indexOf('/') + 1);
    }
}
