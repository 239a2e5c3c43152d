package io.dynamo.core.sim;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a simulated cluster is made of, what goes wrong in it, and what its clients do.
 *
 * @param shape how many nodes and replicas
 * @param network how frames travel
 * @param disk how batches are written
 * @param clocks how far clocks may be off
 * @param faults what happens to nodes and links
 * @param workload what clients do
 * @param bounds the nodes' limits
 */
public record SimulationProfile(
        Shape shape, Network network, Disk disk, Clocks clocks, Faults faults, Workload workload, Bounds bounds) {

    /**
     * Checks the ranges.
     *
     * @param shape see the record
     * @param network see the record
     * @param disk see the record
     * @param clocks see the record
     * @param faults see the record
     * @param workload see the record
     * @param bounds see the record
     */
    public SimulationProfile {
        network.check();
    }

    /**
     * Nodes and replicas.
     *
     * @param nodes nodes of the cluster, 1 to 26
     * @param n replicas of each key
     * @param r answers of a read
     * @param w acknowledgements of a write
     * @param lanes of each node
     * @param synced whether an acknowledgement means that a power cut loses nothing
     * @param repairSample share of reads that ask all N
     */
    public record Shape(int nodes, int n, int r, int w, int lanes, boolean synced, double repairSample) {

        /**
         * Checks the ranges.
         *
         * @param nodes see the record
         * @param n see the record
         * @param r see the record
         * @param w see the record
         * @param lanes see the record
         * @param synced see the record
         * @param repairSample see the record
         */
        public Shape {
            Ranges.check("shape.nodes", nodes, 1, 26);
            Ranges.check("shape.n", n, 1, nodes);
            Ranges.check("shape.r", r, 1, n);
            Ranges.check("shape.w", w, 1, n);
            Ranges.check("shape.lanes", lanes, 1, 64);
            Ranges.checkShare("shape.repairSample", repairSample);
        }
    }

    /**
     * How frames travel.
     *
     * @param loss share of frames that are lost
     * @param duplicates share of frames that arrive twice
     * @param delayMin the least a frame takes
     * @param delayMax the most a frame takes, save for the slow ones
     * @param slow share of frames that take up to fifty times longer
     * @param inOrder whether frames of one node to another never overtake each other
     * @param encoded share of frames that arrive as bytes
     * @param reportedFailed share of frames whose sender is told that they were not sent, although they may arrive
     * @param frameBytesMax the longest frame; longer messages travel in chunks. Never changes while a cluster runs
     */
    public record Network(
            double loss,
            double duplicates,
            Duration delayMin,
            Duration delayMax,
            double slow,
            boolean inOrder,
            double encoded,
            double reportedFailed,
            int frameBytesMax) {

        private void check() {
            Ranges.checkShare("network.loss", loss);
            Ranges.checkShare("network.duplicates", duplicates);
            Ranges.checkOrder("network.delayMin", delayMin, "network.delayMax", delayMax);
            Ranges.checkShare("network.slow", slow);
            Ranges.checkShare("network.encoded", encoded);
            Ranges.checkShare("network.reportedFailed", reportedFailed);
            Ranges.check("network.frameBytesMax", frameBytesMax, 256, 64 << 20);
        }
    }

    /**
     * How batches are written.
     *
     * @param delayMin the least a batch takes
     * @param delayMax the most a batch takes, save for the slow ones
     * @param slow share of batches that take up to a hundred times longer
     * @param failedWrites share of batches that fail
     * @param failedReads share of reads that fail
     * @param corruptReads share of record reads in which one bit is wrong
     */
    public record Disk(
            Duration delayMin,
            Duration delayMax,
            double slow,
            double failedWrites,
            double failedReads,
            double corruptReads) {

        /**
         * Checks the ranges.
         *
         * @param delayMin see the record
         * @param delayMax see the record
         * @param slow see the record
         * @param failedWrites see the record
         * @param failedReads see the record
         * @param corruptReads see the record
         */
        public Disk {
            Ranges.checkOrder("disk.delayMin", delayMin, "disk.delayMax", delayMax);
            Ranges.checkShare("disk.slow", slow);
            Ranges.checkShare("disk.failedWrites", failedWrites);
            Ranges.checkShare("disk.failedReads", failedReads);
            Ranges.checkShare("disk.corruptReads", corruptReads);
        }
    }

    /**
     * How far clocks may be off.
     *
     * @param skewMax how far a wall clock is off at first, either way
     * @param driftPpmMax how much a machine's clocks run fast or slow, in millionths
     */
    public record Clocks(Duration skewMax, int driftPpmMax) {

        /**
         * Checks the ranges.
         *
         * @param skewMax see the record
         * @param driftPpmMax see the record
         */
        public Clocks {
            Ranges.checkOrder("zero", Duration.ZERO, "clocks.skewMax", skewMax);
            Ranges.check("clocks.driftPpmMax", driftPpmMax, 0, 100_000);
        }
    }

    /**
     * What happens to nodes and links.
     *
     * @param kinds the kinds of fault that happen
     * @param gapMin the least time between the beginnings of two faults
     * @param gapMax the most time between the beginnings of two faults
     */
    public record Faults(Set<FaultKind> kinds, Duration gapMin, Duration gapMax) {

        /**
         * Checks the ranges.
         *
         * @param kinds see the record
         * @param gapMin see the record
         * @param gapMax see the record
         */
        public Faults {
            // In one order in every JVM: what a seed draws from them must be the same.
            EnumSet<FaultKind> ordered = EnumSet.noneOf(FaultKind.class);
            ordered.addAll(kinds);
            kinds = Collections.unmodifiableSet(ordered);
            Ranges.checkOrder("faults.gapMin", gapMin, "faults.gapMax", gapMax);
            Ranges.checkOrder("1 ms", Duration.ofMillis(1), "faults.gapMax", gapMax);
        }
    }

    /**
     * What clients do.
     *
     * @param clients how many at the same time
     * @param operations how many in all
     * @param keys on how many keys
     * @param lastWriteWins share of the keys that live in a store where one write wins
     * @param expiring share of the puts whose value has a lifetime, of 20 ms to 20 s
     * @param deletes share of the writes that are deletes instead
     */
    public record Workload(
            int clients, int operations, int keys, double lastWriteWins, double expiring, double deletes) {

        /**
         * One write in seven or so is a delete, and no value has a lifetime.
         *
         * @param clients see the record
         * @param operations see the record
         * @param keys see the record
         * @param lastWriteWins see the record
         */
        public Workload(int clients, int operations, int keys, double lastWriteWins) {
            this(clients, operations, keys, lastWriteWins, 0, 0);
        }

        /**
         * Checks the ranges.
         *
         * @param clients see the record
         * @param operations see the record
         * @param keys see the record
         * @param lastWriteWins see the record
         * @param expiring see the record
         * @param deletes see the record
         */
        public Workload {
            Ranges.check("workload.clients", clients, 1, 1_000);
            Ranges.check("workload.operations", operations, 0, 1_000_000);
            Ranges.check("workload.keys", keys, 1, 1_000_000);
            Ranges.checkShare("workload.lastWriteWins", lastWriteWins);
            Ranges.checkShare("workload.deletes", deletes);
            Ranges.checkShare("workload.expiring", expiring);
        }

        /**
         * Some values have a lifetime.
         *
         * @param share of the puts
         * @return a workload that differs only in that
         */
        public Workload expiring(double share) {
            return new Workload(clients, operations, keys, lastWriteWins, share, deletes);
        }
    }

    /**
     * The limits of each node that clients can reach, and how often nodes compare what they hold.
     *
     * @param siblingsMax most siblings of a key
     * @param inFlightMax most operations of a node at the same time
     * @param repairEvery how long after two owners have compared a partition they do so again; zero for never
     * @param promise what a store promises that does not sync
     * @param purgeEvery how often nodes look for what was deleted long enough ago, which then is seconds; zero for never
     * @param forgetting how many entries of runs that are over a record may have before they are forgotten; 0 to keep them
     */
    public record Bounds(
            int siblingsMax,
            int inFlightMax,
            Duration repairEvery,
            Promise promise,
            Duration purgeEvery,
            int forgetting) {

        /**
         * Checks the ranges.
         *
         * @param siblingsMax see the record
         * @param inFlightMax see the record
         * @param repairEvery see the record
         * @param promise see the record
         * @param purgeEvery see the record
         * @param forgetting see the record
         */
        public Bounds {
            Ranges.check("bounds.forgetting", forgetting, 0, 1_000);
            Ranges.check("bounds.siblingsMax", siblingsMax, 1, 10_000);
            Ranges.check("bounds.inFlightMax", inFlightMax, 1, 1_000_000);
            if (repairEvery.isNegative()) {
                throw new IllegalArgumentException("bounds.repairEvery = " + repairEvery + "; allowed: zero or more");
            }
            if (purgeEvery.isNegative() || repairEvery.isZero() && !purgeEvery.isZero()) {
                throw new IllegalArgumentException("bounds.purgeEvery = " + purgeEvery
                        + "; allowed: zero, or more where owners compare what they hold");
            }
        }

        /**
         * Owners do not compare what they hold.
         *
         * @param siblingsMax see the record
         * @param inFlightMax see the record
         */
        public Bounds(int siblingsMax, int inFlightMax) {
            this(siblingsMax, inFlightMax, Duration.ZERO, Promise.PLAIN, Duration.ZERO, 0);
        }

        /**
         * Owners compare what they hold.
         *
         * @param every how long after two owners have compared a partition they do so again
         * @return limits that differ only in that
         */
        public Bounds repairing(Duration every) {
            return new Bounds(siblingsMax, inFlightMax, every, promise, purgeEvery, forgetting);
        }

        /**
         * Nodes remove what was deleted.
         *
         * @param every how often they look for it
         * @return limits that differ only in that
         */
        public Bounds purging(Duration every) {
            return new Bounds(siblingsMax, inFlightMax, repairEvery, promise, every, forgetting);
        }

        /**
         * Stores promise something else.
         *
         * @param other what they promise
         * @return limits that differ only in that
         */
        public Bounds promising(Promise other) {
            return new Bounds(siblingsMax, inFlightMax, repairEvery, other, purgeEvery, forgetting);
        }

        /**
         * Nodes that remove what was deleted also forget entries of runs that are over.
         *
         * @param entries how many of them a record may have before that
         * @return limits that differ only in that
         */
        public Bounds forgetting(int entries) {
            return new Bounds(siblingsMax, inFlightMax, repairEvery, promise, purgeEvery, entries);
        }
    }

    /**
     * What a store promises that does not sync; only where {@link Shape#synced} is false.
     *
     * @param oneOfN whether one of the N replicas is told to sync each write
     * @param writeBuffer how many objects a node may acknowledge before it has written them
     */
    public record Promise(boolean oneOfN, int writeBuffer) {

        /** No more and no less than the operating system. */
        public static final Promise PLAIN = new Promise(false, 0);

        /**
         * Checks the ranges.
         *
         * @param oneOfN see the record
         * @param writeBuffer see the record
         */
        public Promise {
            Ranges.check("bounds.promise.writeBuffer", writeBuffer, 0, 100_000);
        }
    }

    /**
     * Nothing goes wrong: three nodes, N=3, R=W=2.
     *
     * @return the profile
     */
    public static SimulationProfile calm() {
        return new SimulationProfile(
                new Shape(3, 3, 2, 2, 4, true, 0.1),
                new Network(0, 0, Duration.ofNanos(200_000), Duration.ofMillis(2), 0, false, 0.1, 0, 4 << 20),
                new Disk(Duration.ofNanos(50_000), Duration.ofMillis(2), 0, 0, 0, 0),
                new Clocks(Duration.ZERO, 0),
                new Faults(EnumSet.noneOf(FaultKind.class), Duration.ofSeconds(1), Duration.ofSeconds(3)),
                new Workload(4, 200, 4, 0.25),
                new Bounds(100, 10_000));
    }

    /**
     * One of the profiles that have a name.
     *
     * @param name one of {@link Simulation#profiles}
     * @param seed decides what it draws
     * @return the profile
     */
    public static SimulationProfile named(String name, long seed) {
        return Profiles.named(name, seed);
    }

    /**
     * Another shape.
     *
     * @param other nodes and replicas
     * @return a profile that differs only in that
     */
    public SimulationProfile with(Shape other) {
        return new SimulationProfile(other, network, disk, clocks, faults, workload, bounds);
    }

    /**
     * Another network.
     *
     * @param other how frames travel
     * @return a profile that differs only in that
     */
    public SimulationProfile with(Network other) {
        return new SimulationProfile(shape, other, disk, clocks, faults, workload, bounds);
    }

    /**
     * Other disks.
     *
     * @param other how batches are written
     * @return a profile that differs only in that
     */
    public SimulationProfile with(Disk other) {
        return new SimulationProfile(shape, network, other, clocks, faults, workload, bounds);
    }

    /**
     * Other clocks.
     *
     * @param other how far clocks may be off
     * @return a profile that differs only in that
     */
    public SimulationProfile with(Clocks other) {
        return new SimulationProfile(shape, network, disk, other, faults, workload, bounds);
    }

    /**
     * Other faults.
     *
     * @param other what happens to nodes and links
     * @return a profile that differs only in that
     */
    public SimulationProfile with(Faults other) {
        return new SimulationProfile(shape, network, disk, clocks, other, workload, bounds);
    }

    /**
     * Another workload.
     *
     * @param other what clients do
     * @return a profile that differs only in that
     */
    public SimulationProfile with(Workload other) {
        return new SimulationProfile(shape, network, disk, clocks, faults, other, bounds);
    }

    /**
     * Other limits.
     *
     * @param other the nodes' limits
     * @return a profile that differs only in that
     */
    public SimulationProfile with(Bounds other) {
        return new SimulationProfile(shape, network, disk, clocks, faults, workload, other);
    }
}
