package io.dynamo.core.sim;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The profiles that have a name; all but the calm one draw their figures from the seed. */
final class Profiles {

    /** The names, the usual one first. */
    static final List<String> NAMES = List.of(
            "swarm",
            "calm",
            "crashes",
            "primaries-cut",
            "swizzle-clog",
            "rolling-restarts",
            "disks",
            "clocks",
            "buffered",
            "stand-ins",
            "repair",
            "owed",
            "returns",
            "expiry",
            "deletes");

    private static final Set<FaultKind> DISK_IS_ANOTHER = EnumSet.of(FaultKind.WIPE, FaultKind.OLD_COPY);
    private static final Set<FaultKind> LINKS = EnumSet.range(FaultKind.ISOLATE, FaultKind.SLOW_PEER);

    private static final int N_MAX = 5;

    /** What users have. */
    private static final Duration REPAIR_USUAL = Duration.ofSeconds(60);

    private final Chance chance;
    // Of its own, so that what is drawn here leaves the rest as it is.
    private final Chance healing;
    private final Chance returning;
    private final Chance expiring;
    private final Chance purging;
    private final Chance forgetting;

    private final long seed;

    private Profiles(long seed) {
        this.seed = seed;
        this.chance = new Chance(seed, "profile");
        this.healing = new Chance(seed, "healing");
        this.returning = new Chance(seed, "returning");
        this.expiring = new Chance(seed, "expiring");
        this.purging = new Chance(seed, "purging");
        this.forgetting = new Chance(seed, "forgetting");
    }

    static SimulationProfile named(String name, long seed) {
        Profiles drawn = new Profiles(seed);
        return switch (name) {
            case "swarm" -> drawn.swarm();
            case "calm" -> SimulationProfile.calm();
            case "crashes" -> drawn.directed(EnumSet.of(FaultKind.CRASH, FaultKind.POWER_CUT));
            case "primaries-cut" -> drawn.directed(EnumSet.of(FaultKind.PRIMARIES_CUT, FaultKind.CRASH));
            case "swizzle-clog" -> drawn.directed(EnumSet.of(FaultKind.SWIZZLE_CLOG, FaultKind.CLOG));
            case "rolling-restarts" -> drawn.directed(EnumSet.of(FaultKind.ROLLING_RESTART));
            case "disks" -> drawn.disks();
            case "clocks" -> drawn.clocks();
            case "buffered" -> drawn.buffered();
            case "stand-ins" -> drawn.standIns();
            case "repair" -> drawn.repair();
            case "owed" -> drawn.owed();
            case "returns" -> drawn.returns();
            case "expiry" -> drawn.expiry();
            case "deletes" -> drawn.deletes();
            default -> throw new IllegalArgumentException("profile '" + name + "'; allowed: " + NAMES);
        };
    }

    /** Each kind of fault is on or off. */
    private SimulationProfile swarm() {
        EnumSet<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
        for (FaultKind kind : FaultKind.values()) {
            if (!DISK_IS_ANOTHER.contains(kind) && chance.happens(LINKS.contains(kind) ? 0.3 : 0.5)) {
                kinds.add(kind);
            }
        }
        if (returning.happens(0.1)) {
            kinds.add(FaultKind.WIPE);
        }
        SimulationProfile drawn = directed(kinds);
        return purging(drawn.with(drawn.workload().expiring(expiring.happens(0.3) ? 0.05 : 0))
                .with(shape(!chance.happens(0.1)))
                .with(disk(share(0.25, 0.06), share(0.15, 0.01), share(0.15, 0.05)))
                .with(new SimulationProfile.Clocks(
                        Duration.ofMillis(chance.happens(0.5) ? chance.between(1, 6_000) : 0),
                        chance.happens(0.5) ? 1 + chance.below(10_000) : 0))
                .with(bounds().repairing(healing.happens(0.25) ? REPAIR_USUAL : repairEvery())));
    }

    /**
     * Where owners compare what they hold, half of the runs remove what was deleted or has expired. A clock that jumps further than it may be off
     * makes a repeated write look older or younger than it is; nobody promises anything about that, with or without removal.
     */
    private SimulationProfile purging(SimulationProfile base) {
        if (!purging.happens(0.5) || base.bounds().repairEvery().isZero()) {
            return base;
        }
        EnumSet<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
        kinds.addAll(base.faults().kinds());
        kinds.remove(FaultKind.CLOCK_JUMP);
        kinds.remove(FaultKind.CLOCK_STROBE);
        return base.with(new SimulationProfile.Faults(
                        kinds, base.faults().gapMin(), base.faults().gapMax()))
                .with(base.bounds().purging(purgeEvery()));
    }

    private Duration purgeEvery() {
        return Duration.ofMillis(purging.between(500, 4_000));
    }

    /**
     * Half of all writes delete, and what was deleted is soon to be removed, while nodes and links come and go; in half of the runs
     * so is what earlier runs of nodes have left.
     */
    private SimulationProfile deletes() {
        SimulationProfile base = directed(EnumSet.of(
                FaultKind.CRASH,
                FaultKind.POWER_CUT,
                FaultKind.PAUSE,
                FaultKind.ISOLATE,
                FaultKind.ONE_WAY,
                FaultKind.CLOG,
                FaultKind.PRIMARIES_CUT,
                FaultKind.SLOW_DISK));
        SimulationProfile.Shape drawn = base.shape();
        int nodes = 3 + purging.below(4);
        int n = purging.happens(0.7) ? 3 : 1 + purging.below(3);
        int clients = 1 + purging.below(3);
        int entries = forgetting.happens(0.5) ? 1 + forgetting.below(3) : 0;
        SimulationProfile drawnAll = base.with(new SimulationProfile.Shape(
                        nodes,
                        n,
                        1 + purging.below(n),
                        1 + purging.below(n),
                        drawn.lanes(),
                        !purging.happens(0.3),
                        0.1))
                .with(new SimulationProfile.Faults(
                        base.faults().kinds(),
                        Duration.ofMillis(500),
                        Duration.ofMillis(purging.between(2_000, 20_000))))
                .with(new SimulationProfile.Workload(
                        clients,
                        // Runs are to end early enough to be forgotten while clients write.
                        (entries > 0 ? 600 : 300) * clients,
                        1 + purging.below(12),
                        base.workload().lastWriteWins(),
                        0,
                        0.5))
                .with(base.bounds()
                        .repairing(Duration.ofMillis(purging.between(2_000, 20_000)))
                        .purging(purgeEvery())
                        .forgetting(entries));
        return oldCopies(0.19, drawnAll);
    }

    /** In a share of the runs, copies of disks are put back as well, and there is time to. */
    private SimulationProfile oldCopies(double share, SimulationProfile base) {
        if (base.faults().kinds().isEmpty() || !new Chance(seed, "copies").happens(share)) {
            return base;
        }
        EnumSet<FaultKind> kinds = EnumSet.of(FaultKind.OLD_COPY);
        kinds.addAll(base.faults().kinds());
        SimulationProfile.Workload work = base.workload();
        return base.with(new SimulationProfile.Faults(
                        kinds, base.faults().gapMin(), base.faults().gapMax()))
                .with(new SimulationProfile.Workload(
                        work.clients(),
                        Math.max(work.operations(), 400 * work.clients()),
                        // What is written again and again is never old enough to be removed.
                        work.deletes() > 0 ? Math.max(work.keys(), 40) : work.keys(),
                        work.lastWriteWins(),
                        work.expiring(),
                        work.deletes()));
    }

    /** None, or some share up to a limit. */
    private double share(double probability, double max) {
        return chance.happens(probability) ? max * chance.nextDouble() : 0;
    }

    /** Sometimes so little that clients meet the limits. */
    private SimulationProfile.Bounds bounds() {
        return new SimulationProfile.Bounds(
                chance.happens(0.15) ? 1 + chance.below(6) : 100, chance.happens(0.1) ? 1 + chance.below(4) : 10_000);
    }

    private SimulationProfile directed(EnumSet<FaultKind> kinds) {
        return SimulationProfile.calm()
                .with(shape(true))
                .with(network())
                .with(faults(kinds))
                .with(workload());
    }

    private SimulationProfile disks() {
        return directed(EnumSet.of(
                        FaultKind.CRASH,
                        FaultKind.POWER_CUT,
                        FaultKind.SLOW_DISK,
                        FaultKind.FULL_DISK,
                        FaultKind.LOST_SUFFIX))
                .with(disk(0.03, 0.003, 0.02));
    }

    private SimulationProfile clocks() {
        return directed(EnumSet.of(
                        FaultKind.CLOCK_JUMP,
                        FaultKind.CLOCK_STROBE,
                        FaultKind.PAUSE,
                        FaultKind.CRASH,
                        FaultKind.ISOLATE,
                        FaultKind.HALVES,
                        FaultKind.ONE_WAY))
                .with(new SimulationProfile.Clocks(Duration.ofHours(1), 10_000));
    }

    private SimulationProfile buffered() {
        Chance promise = new Chance(seed, "durability");
        boolean oneOfN = promise.happens(0.5);
        int writeBuffer = promise.happens(0.5) ? 1 + promise.below(20) : 0;
        SimulationProfile base =
                directed(EnumSet.of(FaultKind.CRASH, FaultKind.POWER_CUT)).with(shape(false));
        return base.with(base.bounds().promising(new SimulationProfile.Promise(oneOfN, writeBuffer)));
    }

    /** More nodes than replicas, and owners that come and go: others stand in for them. */
    private SimulationProfile standIns() {
        int nodes = 5 + chance.below(3);
        int n = 2 + chance.below(2);
        int w = 1 + chance.below(n);
        return directed(EnumSet.of(
                        FaultKind.PRIMARIES_CUT,
                        FaultKind.CRASH,
                        FaultKind.ISOLATE,
                        FaultKind.ONE_WAY,
                        FaultKind.SLOW_DISK,
                        FaultKind.ROLLING_RESTART,
                        FaultKind.CLOG,
                        FaultKind.PAUSE))
                .with(new SimulationProfile.Shape(
                        nodes, n, 1 + chance.below(n), w, 1 + chance.below(4), !chance.happens(0.1), 0.1));
    }

    /** Replicas miss much and nobody reads what they missed: only comparing them brings it back. */
    private SimulationProfile repair() {
        SimulationProfile base = directed(EnumSet.of(
                FaultKind.CLOG, FaultKind.ISOLATE, FaultKind.CRASH, FaultKind.POWER_CUT, FaultKind.FULL_DISK));
        SimulationProfile.Shape drawn = base.shape();
        SimulationProfile.Workload work = base.workload();
        return base.with(new SimulationProfile.Shape(drawn.nodes(), drawn.n(), 1, 1, drawn.lanes(), true, 0))
                .with(new SimulationProfile.Workload(
                        work.clients(), work.operations(), 1 + healing.below(30), work.lastWriteWins()))
                .with(base.bounds().repairing(repairEvery()));
    }

    /** Replicas miss much, nobody reads it and nobody compares: only whoever wrote it knows. */
    private SimulationProfile owed() {
        SimulationProfile base = directed(EnumSet.of(
                FaultKind.ISOLATE,
                FaultKind.HALVES,
                FaultKind.ONE_WAY,
                FaultKind.PRIMARIES_CUT,
                FaultKind.CLOG,
                FaultKind.PAUSE,
                FaultKind.SLOW_DISK));
        SimulationProfile.Shape drawn = base.shape();
        return base.with(new SimulationProfile.Shape(drawn.nodes(), drawn.n(), 1, 1, drawn.lanes(), true, 0));
    }

    /**
     * Nodes come back without their data, and must not be asked before they have it again. Where all owners acknowledge and one
     * is read, a single answer that comes too early shows; and what was written long ago is what such a node has to be given.
     */
    private SimulationProfile returns() {
        int w = returning.happens(0.4) ? 2 : 3;
        int r = returning.happens(0.9) ? 4 - w : 1 + returning.below(3);
        SimulationProfile base = directed(EnumSet.of(FaultKind.WIPE, FaultKind.CRASH, FaultKind.ISOLATE));
        SimulationProfile.Workload work = base.workload();
        return oldCopies(
                0.4,
                base.with(new SimulationProfile.Shape(3 + returning.below(4), 3, r, w, 1 + returning.below(4), true, 0))
                        .with(new SimulationProfile.Workload(
                                work.clients(), work.operations(), 1 + returning.below(40), work.lastWriteWins()))
                        .with(bounds().repairing(healing.happens(0.3) ? repairEvery() : Duration.ZERO)));
    }

    /** Values with a lifetime, clocks that differ by less than that, and replicas that miss writes. */
    private SimulationProfile expiry() {
        SimulationProfile base = directed(
                EnumSet.of(FaultKind.ISOLATE, FaultKind.HALVES, FaultKind.ONE_WAY, FaultKind.CRASH, FaultKind.CLOG));
        SimulationProfile.Workload work = base.workload();
        return purging(base.with(new SimulationProfile.Workload(
                        work.clients(), work.operations(), work.keys(), expiring.happens(0.5) ? 0.5 : 0, 0.3, 0))
                .with(new SimulationProfile.Clocks(Duration.ofMillis(expiring.between(0, 500)), 1_000))
                .with(base.bounds().repairing(expiring.happens(0.5) ? repairEvery() : Duration.ZERO)));
    }

    private Duration repairEvery() {
        return Duration.ofMillis(healing.between(1_000, 10_000));
    }

    private SimulationProfile.Shape shape(boolean synced) {
        // Small clusters and few keys bring writes together; some runs are larger, as what users have.
        int nodes = chance.happens(0.8) ? 3 + chance.below(3) : 6 + chance.below(4);
        int n = chance.happens(0.7) ? 3 : 1 + chance.below(Math.min(nodes, N_MAX));
        boolean isUsual = n == 3 && chance.happens(0.7);
        int r = isUsual ? 2 : 1 + chance.below(n);
        int w = isUsual ? 2 : 1 + chance.below(n);
        return new SimulationProfile.Shape(nodes, n, r, w, 1 + chance.below(4), synced, 0.1);
    }

    private SimulationProfile.Network network() {
        return new SimulationProfile.Network(
                chance.happens(0.5) ? 0.3 * chance.nextDouble() * chance.nextDouble() : 0,
                chance.happens(0.5) ? 0.5 * chance.nextDouble() : 0,
                Duration.ofNanos(100_000),
                Duration.ofMillis(1 + chance.below(chance.happens(0.8) ? 60 : 200)),
                chance.happens(0.5) ? 0.05 * chance.nextDouble() : 0,
                chance.happens(0.3),
                0.1,
                chance.happens(0.3) ? 0.1 * chance.nextDouble() : 0,
                chance.happens(0.2) ? (int) chance.between(300, 2_048) : 4 << 20);
    }

    private SimulationProfile.Disk disk(double failedWrites, double failedReads, double corruptReads) {
        boolean isSlow = chance.happens(0.25);
        return new SimulationProfile.Disk(
                Duration.ofNanos(20_000),
                Duration.ofMillis(1 + chance.below(isSlow ? 30 : 5)),
                isSlow ? 0.04 * chance.nextDouble() : 0,
                failedWrites,
                failedReads,
                // Most records are read from the cache, so few reads come this far.
                corruptReads);
    }

    private SimulationProfile.Faults faults(Set<FaultKind> kinds) {
        long gapMillis = chance.between(100, 1_500);
        return new SimulationProfile.Faults(
                chance.happens(0.9) ? kinds : EnumSet.noneOf(FaultKind.class),
                Duration.ofMillis(gapMillis),
                Duration.ofMillis(gapMillis + chance.between(100, 3_000)));
    }

    private SimulationProfile.Workload workload() {
        int keys = chance.happens(0.8) ? 1 + chance.below(8) : 9 + chance.below(56);
        return new SimulationProfile.Workload(
                1 + chance.below(8), keys > 8 ? 500 : 200, keys, chance.happens(0.5) ? 0.3 : 0);
    }
}
