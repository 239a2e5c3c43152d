package io.dynamo.core.sim;

import java.time.Duration;

/**
 * What a simulated cluster is made of, and what goes wrong in it.
 *
 * @param shape how many nodes and replicas
 * @param network how frames travel
 * @param disk how batches are written
 * @param clockSkewMax how far a node's wall clock may be off, either way
 */
public record SimulationProfile(Shape shape, Network network, Disk disk, Duration clockSkewMax) {

    /**
     * Nodes and replicas.
     *
     * @param nodes nodes of the cluster, at most 26
     * @param n replicas of each key
     * @param r answers of a read
     * @param w acknowledgements of a write
     * @param lanes of each node
     * @param synced whether an acknowledgement means that a power cut loses nothing
     */
    public record Shape(int nodes, int n, int r, int w, int lanes, boolean synced) {}

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
     */
    public record Network(
            double loss,
            double duplicates,
            Duration delayMin,
            Duration delayMax,
            double slow,
            boolean inOrder,
            double encoded) {}

    /**
     * How batches are written.
     *
     * @param delayMin the least a batch takes
     * @param delayMax the most a batch takes, save for the slow ones
     * @param slow share of batches that take up to a hundred times longer
     * @param failedWrites share of batches that fail
     * @param failedReads share of reads that fail
     */
    public record Disk(Duration delayMin, Duration delayMax, double slow, double failedWrites, double failedReads) {}

    /**
     * Nothing goes wrong: three nodes, N=3, R=W=2.
     *
     * @return the profile
     */
    public static SimulationProfile calm() {
        return new SimulationProfile(
                new Shape(3, 3, 2, 2, 4, true),
                new Network(0, 0, Duration.ofNanos(200_000), Duration.ofMillis(2), 0, false, 0.1),
                new Disk(Duration.ofNanos(50_000), Duration.ofMillis(2), 0, 0, 0),
                Duration.ZERO);
    }

    /**
     * Another shape.
     *
     * @param other nodes and replicas
     * @return a profile that differs only in that
     */
    public SimulationProfile with(Shape other) {
        return new SimulationProfile(other, network, disk, clockSkewMax);
    }

    /**
     * Another network.
     *
     * @param other how frames travel
     * @return a profile that differs only in that
     */
    public SimulationProfile with(Network other) {
        return new SimulationProfile(shape, other, disk, clockSkewMax);
    }

    /**
     * Other disks.
     *
     * @param other how batches are written
     * @return a profile that differs only in that
     */
    public SimulationProfile with(Disk other) {
        return new SimulationProfile(shape, network, other, clockSkewMax);
    }

    /**
     * Other clocks.
     *
     * @param skewMax how far a wall clock may be off
     * @return a profile that differs only in that
     */
    public SimulationProfile withClockSkew(Duration skewMax) {
        return new SimulationProfile(shape, network, disk, skewMax);
    }
}
