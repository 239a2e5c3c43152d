package io.dynamo.core.sim;

import io.dynamo.core.check.History;
import io.dynamo.core.sim.Step.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lets the faults of a plan happen, each at its time and for its while. */
final class Nemesis {

    private static final int CLOCK_JUMP_MILLIS_MAX = 3_600_000;
    private static final int STROBES = 20;

    private final SimulatedCluster cluster;
    private final History history;
    private final Plan plan;
    private final LinkFaults links;
    private boolean isOver;

    Nemesis(SimulatedCluster cluster, History history, Plan plan) {
        this.cluster = cluster;
        this.history = history;
        this.plan = plan;
        this.links = new LinkFaults(cluster, this::after);
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
            case ROLLING_RESTART -> rollingRestart(fault.lastsNanos());
            case PAUSE -> cluster.pause(id, Duration.ofNanos(fault.lastsNanos()));
            case SLOW_DISK -> slowDisk(id, 2 + chance.below(99), fault.lastsNanos());
            case FULL_DISK -> fullDisk(id, fault.lastsNanos());
            case LOST_SUFFIX -> loseSuffix(id, chance, fault.lastsNanos());
            case CLOCK_JUMP -> cluster.jumpClock(id, Duration.ofMillis(clockJump(chance)));
            case CLOCK_STROBE -> strobe(id, chance, fault.lastsNanos());
            default -> after(fault.lastsNanos(), links.strike(fault, id, primaries(chance), chance));
        }
    }

    private void crash(String id, long lastsNanos) {
        if (!plan.profile().shape().synced()) {
            history.destroyed(id, cluster.now().toNanos());
        }
        cluster.crash(id);
        after(lastsNanos, () -> cluster.restart(id));
    }

    private void rollingRestart(long lastsNanos) {
        long each = lastsNanos / cluster.ids().size();
        for (int i = 0; i < cluster.ids().size(); i++) {
            String id = cluster.ids().get(i);
            after(i * each, () -> crash(id, each * 9 / 10));
        }
    }

    private void slowDisk(String id, int factor, long lastsNanos) {
        cluster.machine(id).disk.slow(factor);
        after(lastsNanos, () -> cluster.machine(id).disk.slow(1));
    }

    private void fullDisk(String id, long lastsNanos) {
        cluster.machine(id).disk.full(true);
        after(lastsNanos, () -> cluster.machine(id).disk.full(false));
    }

    /** Only where a crash loses nothing else: then whoever opens the disk can notice. */
    private void loseSuffix(String id, Chance chance, long lastsNanos) {
        if (plan.profile().shape().synced()) {
            VirtualDisk disk = cluster.machine(id).disk;
            disk.remember();
            after(chance.between(50_000_000, 2_000_000_000), () -> {
                cluster.crash(id);
                disk.goBack();
                cluster.restart(id);
            });
            after(lastsNanos + 2_000_000_000L, () -> findDisk(id));
        }
    }

    private void findDisk(String id) {
        Machine machine = cluster.machine(id);
        if (machine.disk.missingCommits() > 0) {
            machine.stop();
            machine.disk.comeBack();
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
        String key = "key-" + chance.below(plan.profile().workload().keys());
        return new ArrayList<>(Simulation.owners(plan.profile().shape(), Plan.SIBLINGS, key));
    }

    private void after(long nanos, Runnable what) {
        cluster.universe().at(cluster.universe().nowNanos() + nanos, null, () -> {
            if (!isOver) {
                what.run();
            }
        });
    }
}
