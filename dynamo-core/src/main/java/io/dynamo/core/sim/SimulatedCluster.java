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
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A whole cluster in virtual time. Nothing happens but in {@link #run}, {@link #runUntil} and {@link #await}; the same seed and
 * the same calls give the same run, byte for byte.
 *
 * <pre>{@code
 * SimulatedCluster cluster = new SimulatedCluster(42, SimulationProfile.calm());
 * cluster.settle();
 * AsyncStore<Cart> carts = cluster.node("a").store("carts", CODEC, RECONCILER).async();
 * cluster.isolate("b");
 * Read<Cart> read = cluster.await(carts.get("alice"), Duration.ofSeconds(5));
 * }</pre>
 *
 * <p>Applications use the nodes' asynchronous stores: a blocking call would wait for ever. Every store keeps siblings, but for
 * {@link #LWW_STORE}.
 *
 * <p>Thread: one.
 */
public final class SimulatedCluster {

    /** The store in which the last write wins. */
    public static final String LWW_STORE = "latest";

    private static final long RESTART_NANOS = 1_000_000_000L;
    private static final Duration STOP_LIMIT = Duration.ofSeconds(1);
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(30);

    private final SimulationProfile profile;
    private final Universe universe;
    private final VirtualNetwork network;
    private List<NodeSettings.Member> members;
    private final Map<String, Machine> machines = new TreeMap<>();

    /**
     * Sets a cluster up and starts its nodes; they find each other once time runs. Of the profile's faults only those of
     * frames, batches and clocks happen by themselves; nodes and links are for the caller to harm, and clients are the
     * caller's. {@link Simulation#run(long, SimulationProfile)} brings faults, clients and a judgement along.
     *
     * @param seed decides everything that is left to chance
     * @param profile what the cluster is made of
     */
    public SimulatedCluster(long seed, SimulationProfile profile) {
        this.profile = profile;
        this.universe = new Universe(seed);
        this.network = new VirtualNetwork(universe, profile.network());
        this.members = SimulatedSettings.members(profile.shape().nodes());
        Chance chance = universe.chance("clocks");
        long skewMillis = profile.clocks().skewMax().toMillis();
        long driftPpm = profile.clocks().driftPpmMax();
        for (NodeSettings.Member member : members) {
            VirtualClock clock =
                    new VirtualClock(chance.between(-skewMillis, skewMillis), chance.between(-driftPpm, driftPpm));
            VirtualDisk disk = new VirtualDisk(universe, member.id(), profile.disk());
            machines.put(member.id(), new Machine(member, disk, clock));
        }
        machines.values().forEach(this::start);
    }

    private void start(Machine machine) {
        String id = machine.member.id();
        VirtualRuntime runtime = new VirtualRuntime(universe, id + "/" + ++machine.runs, machine.clock);
        Transport transport = network.transport(machine.member.address(), runtime);
        Machine.Run run = new Machine.Run(runtime, transport);
        machine.run = run;
        Endpoint endpoint = new Endpoint(transport);
        runtime.execute(() -> open(machine, run, endpoint));
    }

    private void open(Machine machine, Machine.Run run, Endpoint endpoint) {
        CompletableFuture<NodeCore> started;
        try {
            started = NodeCore.start(new NodeParts(
                    SimulatedSettings.of(machine.member.id(), members, profile),
                    new NodeParts.Host(run.runtime, true, profile.shape().lanes()),
                    new NodeParts.Storage(
                            VirtualStorageEngine.open(universe, run.runtime, machine.disk),
                            profile.shape().synced() ? Durability.SYNC : Durability.BUFFERED),
                    endpoint));
        } catch (StorageException e) {
            started = CompletableFuture.failedFuture(e);
        }
        var unused = started.whenComplete((core, failure) -> {
            if (failure == null) {
                run.core = core;
                run.node = new EmbeddedNode(core, machine::stop);
            } else {
                // A disk that failed at the start ends the process; whoever watches it starts it again.
                crash(machine.member.id());
                universe.at(universe.nowNanos() + RESTART_NANOS, null, () -> restart(machine.member.id()));
            }
        });
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
        return machine(id).open(members.size() - 1);
    }

    /** The machine inside a node, for checks; null while it is down. */
    @Nullable
    NodeCore core(String id) {
        Machine.Run run = machine(id).run;
        return run == null ? null : run.core;
    }

    /** From its next start on, a node is configured with these members. */
    void configure(List<String> ids) {
        members = SimulatedSettings.members(machines.size());
        members.removeIf(one -> !ids.contains(one.id()));
    }

    /**
     * Cuts a node's power: it does nothing more, and its disk loses what was not synced. Nothing happens if it is down.
     *
     * @param id its id
     */
    public void crash(String id) {
        Machine machine = machine(id);
        if (machine.run != null) {
            machine.stop();
            machine.disk.crash();
        }
    }

    /**
     * Cuts a node's power and empties its disk. It is down then, also if it was before.
     *
     * @param id its id
     */
    public void wipe(String id) {
        lose(id, VirtualDisk::wipe);
        machine(id).showsOlder = false;
    }

    private void lose(String id, Consumer<VirtualDisk> how) {
        crash(id);
        Machine machine = machine(id);
        how.accept(machine.disk);
        machine.wipes++;
        machine.wipedNanos = universe.nowNanos();
    }

    /** Cuts a node's power, and its disk shows what it had synced when it was told to remember that. */
    void goBack(String id) {
        lose(id, VirtualDisk::goBack);
        machine(id).showsOlder = true;
    }

    /**
     * Makes a copy of what a node's disk has synced, for {@link #putBackCopy}.
     *
     * @param id its id
     */
    public void keepCopy(String id) {
        machine(id).disk.keepCopy();
    }

    /**
     * Cuts a node's power and puts the copy of its disk in the disk's place, without a trace; if there is one that is older. The node is
     * down then, also if it was before.
     *
     * @param id its id
     */
    public void putBackCopy(String id) {
        lose(id, VirtualDisk::putBackCopy);
        machine(id).isOpening = true;
        machine(id).showsOlder = true;
    }

    /**
     * Stops a node as its operator would: requests under way end first. Nothing happens if it is down or not yet up.
     *
     * @param id its id
     */
    public void stop(String id) {
        Machine machine = machine(id);
        Machine.Run run = machine.run;
        if (run != null && run.core != null && !run.isStopping) {
            run.isStopping = true;
            var unused = run.core.drain(STOP_LIMIT.toNanos()).whenComplete((done, failure) -> {
                if (machine.run == run) {
                    stopNow(machine);
                }
            });
        }
    }

    private static void stopNow(Machine machine) {
        machine.stop();
        machine.disk.syncAll();
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
     * Lets a node stand still, as a long garbage collection would; its clocks go on. Nothing happens if it is down.
     *
     * @param id its id
     * @param duration for how long
     */
    public void pause(String id, Duration duration) {
        Machine.Run run = machine(id).run;
        if (run != null) {
            run.runtime.pauseUntil(universe.nowNanos() + duration.toNanos());
        }
    }

    /**
     * Lets a node's wall clock jump.
     *
     * @param id its id
     * @param by how far; negative for back
     */
    public void jumpClock(String id, Duration by) {
        machine(id).clock.jump(by.toMillis());
    }

    /**
     * Cuts a link: what one node sends to the other is lost.
     *
     * @param from who sends
     * @param to who hears nothing
     */
    public void cut(String from, String to) {
        network.cut(machine(from).port(), machine(to).port());
    }

    /**
     * Mends a link that {@link #cut} has cut.
     *
     * @param from who sends
     * @param to who is heard again
     */
    public void mend(String from, String to) {
        network.mend(machine(from).port(), machine(to).port());
    }

    /**
     * Clogs a link: what is sent now arrives later, all at once.
     *
     * @param from who sends
     * @param to who has to wait
     * @param duration for how long
     */
    public void clog(String from, String to, Duration duration) {
        network.clog(machine(from).port(), machine(to).port(), universe.nowNanos() + duration.toNanos());
    }

    /**
     * Lets everything to and from a node take longer.
     *
     * @param id its id
     * @param factor how many times longer; 1 is the usual
     */
    public void slow(String id, int factor) {
        Ranges.check("factor", factor, 1, 1_000);
        network.slow(machine(id).port(), factor);
    }

    /**
     * Lets a node's disk take longer.
     *
     * @param id its id
     * @param factor how many times longer; 1 is the usual
     */
    public void slowDisk(String id, int factor) {
        Ranges.check("factor", factor, 1, 1_000);
        machine(id).disk.slow(factor);
    }

    /**
     * Fills a node's disk, or makes room: a full disk refuses every write.
     *
     * @param id its id
     * @param isFull whether there is no room
     */
    public void fillDisk(String id, boolean isFull) {
        machine(id).disk.full(isFull);
    }

    /**
     * Lets something happen later, such as the next request of a service under test.
     *
     * @param delay from now
     * @param task runs within {@link #run}, {@link #runUntil} or {@link #await}
     */
    public void after(Duration delay, Runnable task) {
        universe.at(universe.nowNanos() + delay.toNanos(), null, task);
    }

    /**
     * Cuts a node off from all others, both ways.
     *
     * @param id its id
     */
    public void isolate(String id) {
        for (String other : machines.keySet()) {
            if (!other.equals(id)) {
                cut(id, other);
                cut(other, id);
            }
        }
    }

    /** Mends all links: none is cut, clogged or slow any more. */
    public void mendLinks() {
        network.heal();
    }

    /**
     * Ends what goes wrong: links work, frames and batches are no longer lost or late, whatever the profile says, and nodes
     * that were down start. What has happened stays: a pause lasts until its end, clocks are off as they are, and frames that
     * are late arrive late.
     */
    public void heal() {
        SimulationProfile calm = SimulationProfile.calm();
        network.heal();
        network.become(calm.network());
        for (Machine machine : machines.values()) {
            machine.disk.become(calm.disk());
            machine.disk.slow(1);
            machine.disk.full(false);
            if (machine.isStopping()) {
                stopNow(machine);
            }
        }
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
     * Lets time pass until an asynchronous call is done.
     *
     * @param stage what a call returned
     * @param limit how long at most
     * @param <T> its type
     * @return its result
     * @throws RuntimeException the call's own failure
     * @throws IllegalStateException if it is not done within the limit
     */
    public <T> T await(CompletionStage<T> stage, Duration limit) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        if (!runUntil(future::isDone, limit)) {
            throw new IllegalStateException("not done after " + limit + " of virtual time");
        }
        try {
            return future.getNow(null);
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /**
     * Lets time pass until all nodes are ready.
     *
     * @return whether they are, within 30 virtual seconds
     */
    public boolean settle() {
        return runUntil(() -> machines.values().stream().allMatch(Machine::isReady), SETTLE_LIMIT);
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

    /** Whether a process still stands still, or a disk works off what came while it was slow. */
    boolean isAnyBusy() {
        long now = universe.nowNanos();
        return machines.values().stream().anyMatch(machine -> machine.isBusy(now));
    }

    /** Sees every batch that any node hands to its disk. */
    void tapDisks(BiConsumer<String, WriteBatch> tap) {
        machines.forEach((id, machine) -> machine.disk.tap(batch -> tap.accept(id, batch)));
    }

    /** What nodes found broken within themselves. */
    List<String> brokenInvariants() {
        List<String> all = new ArrayList<>();
        for (Machine machine : machines.values()) {
            machine.noteBrokenInvariants();
            all.addAll(machine.brokenInvariants);
        }
        return all;
    }

    Universe universe() {
        return universe;
    }

    VirtualNetwork network() {
        return network;
    }

    /** Whether a node drops what may have been removed elsewhere, and fetches what was not. */
    boolean isOnOlderDisk(String id) {
        NodeCore core = core(id);
        return machine(id).wipes > 0
                && (core == null || core.view().catchingUp().isPresent());
    }

    Machine machine(String id) {
        Machine machine = machines.get(id);
        if (machine == null) {
            throw new IllegalArgumentException("no node '" + id + "'; known nodes: " + machines.keySet());
        }
        return machine;
    }
}
