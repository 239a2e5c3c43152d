package io.dynamo.core.sim;

import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.spi.Space;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * PURGE: a while after nothing is wrong any more, what was deleted or has expired is on no disk, not even as deleted. No lifetime is
 * as long as that while.
 */
final class PurgeJudge {

    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final int LOOKS = 36;

    private final SimulatedCluster cluster;
    private final Watch watch;
    private final Plan plan;

    PurgeJudge(SimulatedCluster cluster, Watch watch, Plan plan) {
        this.cluster = cluster;
        this.watch = watch;
        this.plan = plan;
    }

    void judge() {
        if (plan.profile().bounds().purgeEvery().isZero()) {
            return;
        }
        List<String> left = over();
        for (int looks = 0; looks < LOOKS && !left.isEmpty(); looks++) {
            cluster.run(LOOK);
            left = over();
        }
        left.forEach(one -> watch.violated("PURGE " + one + " after " + LOOK.multipliedBy(LOOKS)));
        // Nothing comes back either.
        cluster.run(LOOK);
    }

    private List<String> over() {
        List<String> over = new ArrayList<>();
        for (String id : cluster.ids()) {
            Machine machine = cluster.machine(id);
            long nowMillis = machine.clock.wallMillis(cluster.universe().nowNanos());
            for (Map.Entry<byte[], byte[]> record : machine.disk.scan(Space.RECORDS, new byte[0], null)) {
                VersionSet set = DotLedger.setIn(record.getValue());
                if (!set.asOf(nowMillis).hasValue()) {
                    over.add(StoredKey.parse(record.getKey()) + ": is on the disk of " + id + " as " + set);
                }
            }
        }
        return over;
    }
}
