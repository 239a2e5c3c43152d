package io.dynamo.core.sim;

import io.dynamo.core.check.History;
import io.dynamo.core.sim.Step.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Lets the faults of a plan happen, each at its time and for its while. */
final class Nemesis {

    private static final int CLOCK_JUMP_MILLIS_MAX = 3_600_000;
    private static final int STROBES = 20;
    private static final long STOPPING_NANOS = 100_000_000L;

    private final SimulatedCluster cluster;
    private final History history;
    private final Plan plan;
    private final LinkFaults links;
    // How many faults of one kind a node suffers from at the same time: the last one to end ends it.
    private final Map<String, Integer> lasting = new TreeMap<>();
    // Those that may lose what they have acknowledged.
    private final List<String> destructible;
    private final DiskLosses losses;
    private boolean isOver;

    Nemesis(SimulatedCluster cluster, History history, Plan plan) {
        this.cluster = cluster;
        this.history = history;
        this.plan = plan;
        this.links = new LinkFaults(cluster, this::after);
        this.destructible = destructible();
        this.losses = new DiskLosses(cluster, history, plan.profile().shape(), this::after);
    }

    /**
     * The fault atlas: what W nodes hold cannot outlive that W nodes lose it. In most runs fewer are harmed, so that every
     * acknowledged write must survive.
     */
    private List<String> destructible() {
        SimulationProfile.Shape shape = plan.profile().shape();
        Chance chance = cluster.universe().chance("atlas");
        List<String> ids = new ArrayList<>(cluster.ids());
        if (!shape.synced() && chance.happens(0.7)) {
            while (ids.size() > shape.w() - 1) {
                ids.remove(chance.below(ids.size()));
            }
        }
        return ids;
    }

    void start() {
        for (Fault fault : plan.faults()) {
            after(fault.atNanos(), () -> strike(fault));
        }
    }

    void stop() {
        isOver = true;
    }

    private void strike(Fault fault) {
        Chance chance = cluster.universe().chance("fault/" + fault.number());
        String id = cluster.ids().get(chance.below(cluster.ids().size()));
        String kind = fault.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        history.happened(
                cluster.now().toNanos(), "-- " + kind + " (" + id + ", " + fault.lastsNanos() / 1_000_000 + " ms)");
        switch (fault.kind()) {
            case CRASH -> crash(id, fault.lastsNanos());
            case POWER_CUT -> cluster.ids().forEach(each -> crash(each, chance.between(1, fault.lastsNanos())));
            case ROLLING_RESTART -> rollingRestart(fault.lastsNanos(), chance);
            case PAUSE -> cluster.pause(id, Duration.ofNanos(fault.lastsNanos()));
            case SLOW_DISK -> {
                cluster.machine(id).disk.slow(2 + chance.below(99));
                lasts(fault, id, () -> cluster.machine(id).disk.slow(1));
            }
            case FULL_DISK -> {
                cluster.machine(id).disk.full(true);
                lasts(fault, id, () -> cluster.machine(id).disk.full(false));
            }
            case SLOW_PEER -> lasts(fault, id, links.strike(fault, id, List.of(), chance));
            case LOST_SUFFIX -> losses.loseSuffix(id, chance);
            case WIPE -> losses.wipe(id, fault.lastsNanos());
            case OLD_COPY -> losses.keepCopy(id, chance, fault.lastsNanos());
            case CLOCK_JUMP -> cluster.jumpClock(id, Duration.ofMillis(clockJump(chance)));
            case CLOCK_STROBE -> strobe(id, chance, fault.lastsNanos());
            default -> after(fault.lastsNanos(), links.strike(fault, id, primaries(chance), chance));
        }
    }

    /** Ends a fault after its time, unless another one of its kind still lasts on that node. */
    private void lasts(Fault fault, String id, Runnable end) {
        String what = fault.kind() + "/" + id;
        lasting.merge(what, 1, Integer::sum);
        after(fault.lastsNanos(), () -> {
            if (lasting.merge(what, -1, Integer::sum) == 0) {
                end.run();
            }
        });
    }

    private void crash(String id, long lastsNanos) {
        if (cluster.machine(id).run == null || !destructible.contains(id)) {
            return;
        }
        if (!plan.profile().shape().synced()) {
            history.destroyed(id, cluster.now().toNanos());
        }
        cluster.crash(id);
        after(lastsNanos, () -> cluster.restart(id));
    }

    /** As an operator does it, or as a script does that does not wait. */
    private void rollingRestart(long lastsNanos, Chance chance) {
        boolean isClean = chance.happens(0.5);
        long each = lastsNanos / cluster.ids().size();
        for (int i = 0; i < cluster.ids().size(); i++) {
            String id = cluster.ids().get(i);
            after(i * each, () -> {
                if (isClean) {
                    cluster.stop(id);
                    after(each * 9 / 10, () -> restartWhenDown(id));
                } else {
                    crash(id, each * 9 / 10);
                }
            });
        }
    }

    private void restartWhenDown(String id) {
        if (cluster.machine(id).isStopping()) {
            after(STOPPING_NANOS, () -> restartWhenDown(id));
        } else {
            cluster.restart(id);
        }
    }

    private static long clockJump(Chance chance) {
        return chance.between(-CLOCK_JUMP_MILLIS_MAX, CLOCK_JUMP_MILLIS_MAX);
    }

    private void strobe(String id, Chance chance, long lastsNanos) {
        long jump = clockJump(chance);
        for (int i = 0; i < STROBES; i++) {
            long by = i % 2 == 0 ? jump : -jump;
            after(lastsNanos / STROBES * i, () -> cluster.jumpClock(id, Duration.ofMillis(by)));
        }
    }

    /** The primaries of one of the workload's keys. */
    private List<String> primaries(Chance chance) {
        List<String> names = new ArrayList<>(Simulation.keys(plan));
        if (names.isEmpty()) {
            return List.of();
        }
        String name = names.get(chance.below(names.size()));
        int end = name.indexOf('/');
        return Simulation.owners(plan.profile().shape(), name.substring(0, end), name.substring(end + 1));
    }

    private void after(long nanos, Runnable what) {
        cluster.universe().at(cluster.universe().nowNanos() + nanos, null, () -> {
            if (!isOver) {
                what.run();
            }
        });
    }
}
