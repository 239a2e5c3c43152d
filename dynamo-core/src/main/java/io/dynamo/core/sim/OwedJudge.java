package io.dynamo.core.sim;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * I4 without any read and without any comparison: what an owner has written and another has missed it owes it, and hands over.
 * Holds where nobody forgets what it owes, nor loses what it has.
 */
final class OwedJudge {

    private static final Set<FaultKind> FORGETTING = EnumSet.of(
            FaultKind.CRASH,
            FaultKind.POWER_CUT,
            FaultKind.ROLLING_RESTART,
            FaultKind.FULL_DISK,
            FaultKind.LOST_SUFFIX);

    private final SimulatedCluster cluster;
    private final Watch watch;
    private final Plan plan;

    OwedJudge(SimulatedCluster cluster, Watch watch, Plan plan) {
        this.cluster = cluster;
        this.watch = watch;
        this.plan = plan;
    }

    static boolean isFor(SimulationProfile profile) {
        SimulationProfile.Disk disk = profile.disk();
        return profile.faults().kinds().stream().noneMatch(FORGETTING::contains)
                && profile.bounds().repairEvery().isZero()
                && disk.failedWrites() + disk.failedReads() + disk.corruptReads() == 0;
    }

    void judge() {
        if (isFor(plan.profile())) {
            List<String> differing = RepairJudge.differing(cluster, plan);
            differing.forEach(key -> watch.violated(
                    "I4 " + key + ": its owners' disks differ, although nobody owes anybody anything any more"));
        }
    }
}
