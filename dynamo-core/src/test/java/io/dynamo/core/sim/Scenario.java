package io.dynamo.core.sim;

import io.dynamo.api.WriteId;
import io.dynamo.core.NodeCore;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Dot;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.coordinate.ReadPlan;
import io.dynamo.core.coordinate.ReadResult;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.ring.Placement;
import io.dynamo.core.ring.RingMember;
import io.dynamo.core.sim.History.Final;
import io.dynamo.core.sim.History.Outcome;
import io.dynamo.core.sim.History.Seen;
import io.dynamo.core.sim.History.Write;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One seed: a cluster, clients and faults drawn from it; then everything heals, and what is left is judged. */
final class Scenario {

    private static final int KEYS = 4;
    private static final Duration RUN_LIMIT = Duration.ofMinutes(5);
    private static final long TIMEOUT_NANOS = 1_000_000_000L;
    private static final int PARTITIONS = 16;

    private final long seed;
    private final SimulationProfile profile;
    private final SimulatedCluster cluster;
    private final History history = new History();
    private final DotLedger ledger = new DotLedger();
    private final Map<Integer, WriteId> ids = new TreeMap<>();
    private final List<CausalContext> contexts = new ArrayList<>();

    private Scenario(long seed, SimulationProfile profile) {
        this.seed = seed;
        this.profile = profile;
        this.cluster = new SimulatedCluster(seed, profile);
        cluster.network().tap((from, to, frame) -> ledger.sent(frame));
        cluster.tapDisks(ledger::stored);
    }

    /**
     * What came of a seed.
     *
     * @param seed the seed
     * @param violations empty if all is well
     * @param hash of all deliveries and all that clients were told
     * @param events how much happened
     * @param story told when there are violations
     */
    record Result(long seed, List<String> violations, String hash, long events, String story) {}

    /** Everything drawn from the seed. */
    static Result run(long seed) {
        return new Scenario(seed, drawn(seed)).run(60);
    }

    /** A given cluster under a given seed, with a few more clients. */
    static Result run(long seed, SimulationProfile profile) {
        return new Scenario(seed, profile).run(40);
    }

    /** A profile in which each kind of fault is on or off. */
    static SimulationProfile drawn(long seed) {
        Chance chance = new Chance(seed, "profile");
        int nodes = 3 + chance.below(3);
        int n = chance.happens(0.7) ? 3 : 1 + chance.below(nodes);
        int r = n == 3 ? 2 : 1 + chance.below(n);
        int w = n == 3 ? 2 : 1 + chance.below(n);
        boolean slowDisk = chance.happens(0.3);
        boolean badDisk = chance.happens(0.25);
        return new SimulationProfile(
                new SimulationProfile.Shape(nodes, n, r, w, 1 + chance.below(4), true),
                new SimulationProfile.Network(
                        chance.happens(0.5) ? 0.15 * chance.nextDouble() : 0,
                        chance.happens(0.5) ? 0.3 * chance.nextDouble() : 0,
                        Duration.ofNanos(100_000),
                        Duration.ofMillis(1 + chance.below(60)),
                        chance.happens(0.5) ? 0.05 * chance.nextDouble() : 0,
                        chance.happens(0.3),
                        0.1),
                new SimulationProfile.Disk(
                        Duration.ofNanos(20_000),
                        Duration.ofMillis(1 + chance.below(slowDisk ? 30 : 5)),
                        slowDisk ? 0.02 : 0,
                        badDisk ? 0.03 : 0,
                        badDisk ? 0.003 : 0),
                Duration.ofMillis(chance.happens(0.5) ? 3_000 : 0));
    }

    private Result run(int operations) {
        if (!cluster.settle()) {
            history.violations.add("START the cluster did not get ready");
        }
        Nemesis nemesis = new Nemesis(cluster);
        SimulatedClient.Shared shared = new SimulatedClient.Shared(
                cluster, history, ids, contexts, KEYS, profile.shape().w());
        List<SimulatedClient> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(new SimulatedClient(shared, "client-" + i, operations));
        }
        clients.forEach(SimulatedClient::start);
        nemesis.start();
        if (!cluster.runUntil(() -> clients.stream().allMatch(SimulatedClient::isDone), RUN_LIMIT)) {
            history.violations.add("SLOW the clients were not done after " + RUN_LIMIT);
        }
        nemesis.stop();
        cluster.heal();
        if (!cluster.settle()) {
            history.violations.add("HEAL the cluster did not get ready again");
        }
        cluster.run(Duration.ofSeconds(5));
        for (int key = 0; key < KEYS; key++) {
            converge("key-" + key);
        }
        markMintedTwice();
        for (int read = 0; read < contexts.size(); read++) {
            Seen seen = history.reads.get(read);
            seen.deletes().addAll(deletesIn(seen.key(), contexts.get(read)));
        }
        history.readsAreFresh =
                profile.shape().r() + profile.shape().w() > profile.shape().n();
        List<String> violations = new ArrayList<>(history.violations);
        violations.addAll(ledger.violations);
        violations.addAll(HistoryChecker.check(history));
        return new Result(
                seed, violations, cluster.traceHash(), cluster.events(), violations.isEmpty() ? "" : story(violations));
    }

    /** One read of all N must be enough to make all N alike. */
    private void converge(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        int n = profile.shape().n();
        String anyone = cluster.ids().get(0);
        read(anyone, bytes, new ReadPlan(n, 0, true, TIMEOUT_NANOS, false));
        cluster.run(Duration.ofSeconds(1));
        VersionSet first = null;
        for (String owner : owners(bytes)) {
            VersionSet held = read(owner, bytes, new ReadPlan(1, 0, false, TIMEOUT_NANOS, false));
            if (held == null) {
                return;
            }
            ledger.enter(held);
            if (first != null && !java.util.Arrays.equals(first.encoded(), held.encoded())) {
                history.violations.add(
                        "I4 " + key + ": replicas differ after a read of all N: " + first + " and " + held);
            }
            first = held;
        }
        if (first != null) {
            history.finals.put(key, end(key, first));
        }
    }

    private @Nullable VersionSet read(String id, byte[] key, ReadPlan plan) {
        NodeCore core = cluster.core(id);
        if (core == null) {
            history.violations.add("HEAL node " + id + " is not up");
            return null;
        }
        CompletableFuture<ReadResult> future = core.get(SimulatedClient.STORE, key, plan);
        cluster.runUntil(future::isDone, Duration.ofSeconds(3));
        ReadResult[] result = {null};
        var unused = future.whenComplete((found, failure) -> {
            if (failure != null) {
                history.violations.add("HEAL a read on " + id + " failed: " + failure.getMessage());
            } else {
                result[0] = found;
            }
        });
        return result[0] == null ? null : result[0].set();
    }

    private List<String> owners(byte[] key) {
        List<RingMember> members = SimulatedSettings.members(profile.shape().nodes()).stream()
                .map(member -> new RingMember(member.id(), member.weight(), member.zone()))
                .toList();
        Placement placement = Placement.of(members, PARTITIONS);
        int partition = StoredKey.of(SimulatedClient.STORE, key, PARTITIONS).partition();
        List<String> owners = new ArrayList<>();
        for (int i = 0; i < profile.shape().n(); i++) {
            owners.add(placement
                    .members()
                    .get(placement.preferenceList(partition)[i])
                    .id());
        }
        return owners;
    }

    private Final end(String key, VersionSet set) {
        List<Integer> values = new ArrayList<>();
        for (Version version : set.distinctWrites()) {
            byte[] value = version.value();
            if (value != null) {
                values.add(SimulatedClient.numberOf(key, new String(value, StandardCharsets.UTF_8)));
            }
        }
        return new Final(values, deletesIn(key, set.context()));
    }

    private TreeSet<Integer> deletesIn(String key, CausalContext context) {
        TreeSet<Integer> deletes = new TreeSet<>();
        for (Write write : history.writes) {
            WriteId id = ids.get(write.number);
            if (write.isDelete && write.key.equals(key) && id != null && write.outcome != Outcome.NOT_APPLIED) {
                for (Dot dot : ledger.dotsOf(id)) {
                    if (context.contains(dot)) {
                        deletes.add(write.number);
                    }
                }
            }
        }
        return deletes;
    }

    private void markMintedTwice() {
        for (byte[] value : ledger.valuesMintedTwice()) {
            String text = new String(value, StandardCharsets.UTF_8);
            history.mintedTwice.add(Integer.parseInt(text.substring(text.indexOf('#') + 1)));
        }
    }

    private String story(List<String> violations) {
        StringBuilder text = new StringBuilder("seed " + seed + " of " + profile + "\n");
        violations.forEach(violation -> text.append("  ").append(violation).append('\n'));
        for (int key = 0; key < KEYS; key++) {
            String name = "key-" + key;
            if (violations.stream().anyMatch(violation -> violation.contains(name + ":"))) {
                text.append(history.timeline(name));
            }
        }
        return text.append("replay: -Ddynamo.seed=").append(seed).toString();
    }
}
