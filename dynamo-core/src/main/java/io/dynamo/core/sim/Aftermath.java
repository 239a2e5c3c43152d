package io.dynamo.core.sim;

import io.dynamo.api.AsyncStore;
import io.dynamo.api.Codec;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.LimitException;
import io.dynamo.api.Option;
import io.dynamo.api.Read;
import io.dynamo.api.Reconciler;
import io.dynamo.core.NodeCore;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.check.ReadEvent;
import io.dynamo.core.coordinate.ReadPlan;
import io.dynamo.core.coordinate.ReadResult;
import io.dynamo.spi.Space;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What comes after the faults: everything heals; then every operation must succeed, and one read of all N replicas must make
 * them alike, byte for byte (I4), and all must know the same of each other (I10).
 */
final class Aftermath {

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);
    private static final Duration QUIET = Duration.ofSeconds(5);
    private static final Duration HANDING_OVER = Duration.ofSeconds(30);
    private static final Duration CATCHING_UP = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Codec<String> CODEC = Codec.utf8();
    private static final Reconciler<String> SIBLINGS = Reconciler.siblings();
    private static final long TIMEOUT_NANOS = 1_000_000_000L;
    private static final int PURGES = 6;

    private final SimulatedCluster cluster;
    private final Watch watch;
    private final Plan plan;
    // What all replicas of a key were found to hold.
    private @Nullable VersionSet converged;

    Aftermath(SimulatedCluster cluster, Watch watch, Plan plan) {
        this.cluster = cluster;
        this.watch = watch;
        this.plan = plan;
    }

    void run() {
        cluster.heal();
        cluster.runUntil(() -> !cluster.isAnyBusy(), LONGEST_WAIT);
        long healed = cluster.universe().nowNanos();
        cluster.run(QUIET);
        catchUp();
        handOver();
        for (String id : cluster.ids()) {
            if (!cluster.machine(id).isReady()) {
                watch.violated("HEAL node " + id + " is not ready after " + QUIET);
            }
            watch.seesAllUp(id);
            for (String store : List.of(Plan.SIBLINGS, SimulatedCluster.LWW_STORE)) {
                probe(id, store, "probe-" + id);
            }
        }
        // A frame that was late may bring a version that nobody else has.
        cluster.runUntil(() -> cluster.universe().nowNanos() > cluster.network().latestArrivalNanos(), LONGEST_WAIT);
        watch.allIsHeld();
        new OwedJudge(cluster, watch, plan).judge();
        new RepairJudge(cluster, watch, plan).judge(healed);
        Simulation.keys(plan).forEach(this::converge);
        for (String key : Simulation.keys(plan)) {
            for (String id : cluster.ids()) {
                probe(id, storeOf(key), keyOf(key));
            }
        }
        cluster.run(QUIET);
        new PurgeJudge(cluster, watch, plan).judge();
        judgeTrees();
        judgeTables();
    }

    /** What anybody knows of the members' directories, all know by now (I10). */
    private void judgeTables() {
        Map<Long, List<String>> alike = new TreeMap<>();
        for (String id : cluster.ids()) {
            NodeCore core = cluster.core(id);
            if (core != null) {
                alike.computeIfAbsent(core.membership().table(), table -> new ArrayList<>())
                        .add(id);
            }
        }
        if (alike.size() > 1) {
            watch.violated("I10 the tables of members differ: " + alike.values());
        }
    }

    private void judgeTrees() {
        for (String id : cluster.ids()) {
            String wrong = new TreeJudge(cluster.machine(id)).index();
            if (!wrong.isEmpty()) {
                watch.violated(wrong);
            }
        }
    }

    /** Nodes that lost their disks have all that the others had. */
    private void catchUp() {
        cluster.runUntil(() -> cluster.ids().stream().noneMatch(this::isBehind), CATCHING_UP);
        for (String id : cluster.ids()) {
            if (isBehind(id)) {
                watch.violated("HEAL node " + id + " has not caught up after " + CATCHING_UP);
            }
        }
    }

    private boolean isBehind(String id) {
        NodeCore core = cluster.core(id);
        return core == null || core.view().catchingUp().isPresent();
    }

    /** What was kept for others, or is owed to them, goes to them. */
    private void handOver() {
        cluster.runUntil(
                () -> cluster.ids().stream().allMatch(id -> hints(id).isEmpty() && owed(id) == 0), HANDING_OVER);
        for (String id : cluster.ids()) {
            if (!hints(id).isEmpty()) {
                watch.violated("HEAL node " + id + " still keeps " + hints(id).size() + " records for others after "
                        + HANDING_OVER);
            }
            if (owed(id) > 0) {
                watch.violated("HEAL node " + id + " still owes others " + owed(id) + " records after " + HANDING_OVER);
            }
        }
    }

    private long owed(String id) {
        NodeCore core = cluster.core(id);
        return core == null
                ? 0
                : core.hints().owed().byTarget().values().stream()
                        .mapToLong(Long::longValue)
                        .sum();
    }

    private List<Map.Entry<byte[], byte[]>> hints(String id) {
        return cluster.machine(id).disk.scan(Space.HINTS, new byte[0], null);
    }

    /** Every operation must succeed, on every node. */
    private void probe(String id, String storeName, String key) {
        DynamoNode node = cluster.node(id);
        if (node == null) {
            return;
        }
        Reconciler<String> reconciler =
                storeName.equals(SimulatedCluster.LWW_STORE) ? Reconciler.lastWriteWins() : SIBLINGS;
        AsyncStore<String> store = node.store(storeName, CODEC, reconciler).async();
        String value = Values.of("probe", 0);
        try {
            // Of all N, as R and W need not overlap.
            Read<String> before =
                    cluster.await(store.get(key, Option.r(plan.profile().shape().n())), PATIENCE);
            cluster.await(store.put(key, value, before.context()), PATIENCE);
            Read<String> read = cluster.await(store.get(key), PATIENCE);
            SimulationProfile.Shape shape = plan.profile().shape();
            if (shape.r() + shape.w() > shape.n() && !read.siblings().contains(value)) {
                watch.violated("HEAL " + storeName + "/" + key + ": node " + id + " does not read what it wrote");
            }
            cluster.await(store.delete(key, read.context()), PATIENCE);
        } catch (RuntimeException e) {
            if (!isAheadOfItsTime(storeName, e)) {
                watch.violated(
                        "HEAL " + storeName + "/" + key + ": an operation on " + id + " failed: " + e.getMessage());
            }
        }
    }

    /** Where the last write wins, one by a clock that was far ahead stands until the others get there (traps T8). */
    private static boolean isAheadOfItsTime(String storeName, RuntimeException failure) {
        return storeName.equals(SimulatedCluster.LWW_STORE)
                && failure instanceof LimitException
                && String.valueOf(failure.getMessage()).contains("clock.skew-max");
    }

    /** What is being removed just now is on some disks and on others not. */
    private void converge(String key) {
        boolean isPurging = !plan.profile().bounds().purgeEvery().isZero();
        String wrong = differs(key);
        for (int tries = 0; isPurging && !wrong.isEmpty() && tries < PURGES; tries++) {
            cluster.run(QUIET);
            wrong = differs(key);
        }
        if (!wrong.isEmpty()) {
            watch.violated(wrong);
        }
        if (converged != null) {
            end(key, converged);
        }
    }

    /** What is wrong with a key's replicas after a read of all of them; empty if nothing is. */
    private String differs(String key) {
        SimulationProfile.Shape shape = plan.profile().shape();
        String anyone = cluster.ids().get(0);
        read(anyone, key, new ReadPlan(shape.n(), 0, true, TIMEOUT_NANOS, false));
        cluster.run(Duration.ofSeconds(1));
        converged = null;
        VersionSet first = null;
        for (String owner : Simulation.owners(shape, storeOf(key), keyOf(key))) {
            VersionSet held = read(owner, key, new ReadPlan(1, 0, false, TIMEOUT_NANOS, false));
            if (held == null) {
                return "";
            }
            watch.found(owner, key, held);
            if (!Arrays.equals(held.encoded(), onDisk(owner, key).encoded())) {
                return "I4 " + key + ": " + owner + " shows " + held + " and its disk holds " + onDisk(owner, key);
            }
            if (first != null && !Arrays.equals(first.encoded(), held.encoded())) {
                return "I4 " + key + ": replicas differ after a read of all N: " + first + " and " + held;
            }
            first = held;
        }
        converged = first;
        return "";
    }

    private VersionSet onDisk(String owner, String key) {
        return RepairJudge.onDisk(cluster, plan, owner, key);
    }

    private void end(String key, VersionSet set) {
        List<Integer> values = new ArrayList<>();
        for (Version version : set.distinctWrites()) {
            byte[] value = version.value();
            if (value != null) {
                values.add(Values.numberIn(key, new String(value, StandardCharsets.UTF_8)));
            }
        }
        int most = watch.siblingsMax(key, plan.profile().bounds().siblingsMax());
        if (values.size() > most) {
            watch.violated("I11 " + key + ": " + values.size() + " siblings, at most " + most + " may be");
        }
        long now = cluster.universe().nowNanos();
        watch.end(
                new ReadEvent(
                        key, values, new TreeSet<>(), new TreeSet<>(), now, now, "the end", List.of(), new TreeSet<>()),
                set);
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
            watch.violated("HEAL " + key + ": a read on " + id + " failed: " + e.getMessage());
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
