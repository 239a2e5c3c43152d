package io.dynamo.core.sim;

import io.dynamo.api.DynamoNode;
import io.dynamo.core.EmbeddedNode;
import io.dynamo.core.Endpoint;
import io.dynamo.core.NodeCore;
import io.dynamo.core.NodeParts;
import io.dynamo.core.config.NodeSettings;
import io.dynamo.spi.Durability;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.Transport;
import io.dynamo.spi.WriteBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A whole cluster in virtual time. Nothing happens but in {@link #run} and {@link #runUntil}; the same seed and the same
 * calls give the same run, byte for byte.
 *
 * <p>Applications use the nodes' asynchronous stores: a blocking call would wait for ever.
 *
 * <p>Thread: one.
 */
public final class SimulatedCluster {

    // 2020-09-13: any instant will do, as long as it is always the same.
    private static final long WALL_START_MILLIS = 1_600_000_000_000L;
    private static final long RESTART_NANOS = 1_000_000_000L;
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(30);

    private final SimulationProfile profile;
    private final Universe universe;
    private final VirtualNetwork network;
    private final List<NodeSettings.Member> members;
    private final Map<String, Machine> machines = new TreeMap<>();

    /**
     * Sets a cluster up and starts its nodes; they find each other once time runs.
     *
     * @param seed decides everything that is left to chance
     * @param profile what the cluster is made of
     */
    public SimulatedCluster(long seed, SimulationProfile profile) {
        this.profile = profile;
        this.universe = new Universe(seed);
        this.network = new VirtualNetwork(universe, profile.network());
        this.members = SimulatedSettings.members(profile.shape().nodes());
        Chance clocks = universe.chance("clocks");
        long skewMillis = profile.clockSkewMax().toMillis();
        for (NodeSettings.Member member : members) {
            long wall = WALL_START_MILLIS + clocks.between(-skewMillis, skewMillis);
            machines.put(
                    member.id(), new Machine(member, new VirtualDisk(universe, member.id(), profile.disk()), wall));
        }
        machines.values().forEach(this::start);
    }

    /** What of a node outlives its runs, and its present run. */
    private static final class Machine {
        final NodeSettings.Member member;
        final VirtualDisk disk;
        final long wallStartMillis;
        int runs;

        @Nullable
        Run run;

        Machine(NodeSettings.Member member, VirtualDisk disk, long wallStartMillis) {
            this.member = member;
            this.disk = disk;
            this.wallStartMillis = wallStartMillis;
        }
    }

    /** One run of a node: from its start to its crash. */
    private static final class Run {
        final VirtualRuntime runtime;
        final Transport transport;

        @Nullable
        NodeCore core;

        @Nullable
        EmbeddedNode node;

        Run(VirtualRuntime runtime, Transport transport) {
            this.runtime = runtime;
            this.transport = transport;
        }
    }

    private void start(Machine machine) {
        String id = machine.member.id();
        VirtualRuntime runtime = new VirtualRuntime(universe, id + "/" + ++machine.runs, machine.wallStartMillis);
        Transport transport = network.transport(machine.member.address(), runtime);
        Run run = new Run(runtime, transport);
        machine.run = run;
        Endpoint endpoint = new Endpoint(transport);
        runtime.execute(() -> open(machine, run, endpoint));
    }

    private void open(Machine machine, Run run, Endpoint endpoint) {
        NodeParts parts = new NodeParts(
                SimulatedSettings.of(machine.member.id(), members, profile.shape()),
                new NodeParts.Host(run.runtime, true, profile.shape().lanes()),
                new NodeParts.Storage(
                        new VirtualStorageEngine(universe, run.runtime, machine.disk),
                        profile.shape().synced() ? Durability.SYNC : Durability.BUFFERED),
                endpoint);
        CompletableFuture<NodeCore> started;
        try {
            started = NodeCore.start(parts);
        } catch (StorageException e) {
            started = CompletableFuture.failedFuture(e);
        }
        var unused = started.whenComplete((core, failure) -> {
            if (failure == null) {
                run.core = core;
                run.node = new EmbeddedNode(core, () -> stop(machine));
            } else {
                // A disk that failed at the start ends the process; whoever watches it starts it again.
                crash(machine.member.id());
                universe.at(universe.nowNanos() + RESTART_NANOS, null, () -> restart(machine.member.id()));
            }
        });
    }

    private static void stop(Machine machine) {
        Run run = machine.run;
        if (run != null) {
            machine.run = null;
            run.runtime.die();
            run.transport.close();
        }
    }

    /**
     * The ids of all nodes, running or not.
     *
     * @return {@code a}, {@code b}, and so on
     */
    public List<String> ids() {
        return new ArrayList<>(machines.keySet());
    }

    /**
     * A node.
     *
     * @param id its id
     * @return null while it is down, or has not yet opened its disk
     */
    public @Nullable DynamoNode node(String id) {
        Run run = machine(id).run;
        return run == null ? null : run.node;
    }

    /** The machine inside a node, for checks; null while it is down. */
    @Nullable
    NodeCore core(String id) {
        Run run = machine(id).run;
        return run == null ? null : run.core;
    }

    /** How often a node was started. */
    int runs(String id) {
        return machine(id).runs;
    }

    /**
     * Cuts a node's power: it does nothing more, and its disk loses what was not synced. Nothing happens if it is down.
     *
     * @param id its id
     */
    public void crash(String id) {
        Machine machine = machine(id);
        if (machine.run != null) {
            stop(machine);
            machine.disk.crash();
        }
    }

    /**
     * Starts a node on the disk it had. Nothing happens if it is running.
     *
     * @param id its id
     */
    public void restart(String id) {
        Machine machine = machine(id);
        if (machine.run == null) {
            start(machine);
        }
    }

    /**
     * Cuts a link: what one node sends to the other is lost.
     *
     * @param from who sends
     * @param to who hears nothing
     */
    public void cut(String from, String to) {
        network.cut(port(from), port(to));
    }

    /**
     * Ends everything that goes wrong: links work, frames and batches are no longer lost, and all nodes run.
     */
    public void heal() {
        SimulationProfile calm = SimulationProfile.calm();
        network.heal();
        network.become(calm.network());
        machines.values().forEach(machine -> machine.disk.become(calm.disk()));
        ids().forEach(this::restart);
    }

    /**
     * Lets time pass.
     *
     * @param duration how much
     */
    public void run(Duration duration) {
        universe.runTo(universe.nowNanos() + duration.toNanos());
    }

    /**
     * Lets time pass until something holds.
     *
     * @param enough what to wait for
     * @param limit how long at most
     * @return whether it holds
     */
    public boolean runUntil(BooleanSupplier enough, Duration limit) {
        return universe.runTo(universe.nowNanos() + limit.toNanos(), enough);
    }

    /**
     * Lets time pass until all nodes are ready.
     *
     * @return whether they are, within 30 virtual seconds
     */
    public boolean settle() {
        return runUntil(() -> machines.values().stream().allMatch(SimulatedCluster::isReady), SETTLE_LIMIT);
    }

    private static boolean isReady(Machine machine) {
        Run run = machine.run;
        EmbeddedNode node = run == null ? null : run.node;
        return node != null && node.health().missing().isEmpty();
    }

    /**
     * Virtual time.
     *
     * @return since the cluster was set up
     */
    public Duration now() {
        return Duration.ofNanos(universe.nowNanos());
    }

    /**
     * How much has happened.
     *
     * @return events so far
     */
    public long events() {
        return universe.happened();
    }

    /**
     * Names everything that was delivered so far.
     *
     * @return SHA-256 over time, sequence, sender, receiver and bytes of each frame
     */
    public String traceHash() {
        return network.trace().hex();
    }

    /** Sees every batch that any node hands to its disk. */
    void tapDisks(Consumer<WriteBatch> tap) {
        machines.values().forEach(machine -> machine.disk.tap(tap));
    }

    Universe universe() {
        return universe;
    }

    VirtualNetwork network() {
        return network;
    }

    private int port(String id) {
        return machine(id).member.address().port();
    }

    private Machine machine(String id) {
        Machine machine = machines.get(id);
        if (machine == null) {
            throw new IllegalArgumentException("no node '" + id + "'; known nodes: " + machines.keySet());
        }
        return machine;
    }
}
