package io.dynamo.core.sim;

import java.time.Duration;
import java.util.List;

/** What goes wrong in one run beyond frames and batches: crashes and cut links, drawn from the seed. */
final class Nemesis {

    private final SimulatedCluster cluster;
    private final Chance chance;
    private final boolean crashes;
    private final boolean cuts;
    private boolean isOver;

    Nemesis(SimulatedCluster cluster) {
        this.cluster = cluster;
        this.chance = cluster.universe().chance("nemesis");
        this.crashes = chance.happens(0.7);
        this.cuts = chance.happens(0.6);
    }

    void start() {
        if (crashes || cuts) {
            later(chance.between(50, 1_500), this::strike);
        }
    }

    void stop() {
        isOver = true;
    }

    private void strike() {
        if (crashes && (!cuts || chance.happens(0.5))) {
            crash();
        } else {
            cut();
        }
        later(chance.between(100, 3_000), this::strike);
    }

    private void crash() {
        List<String> ids = cluster.ids();
        // Now and then the power of the whole house.
        int count = chance.happens(0.1) ? ids.size() : 1;
        int first = chance.below(ids.size());
        for (int i = 0; i < count; i++) {
            String id = ids.get((first + i) % ids.size());
            cluster.crash(id);
            later(chance.between(1, 1_500), () -> cluster.restart(id));
        }
    }

    private void cut() {
        List<String> ids = cluster.ids();
        String one = ids.get(chance.below(ids.size()));
        int shape = chance.below(3);
        for (String other : ids) {
            if (shape == 0 && !other.equals(one)) {
                cutBoth(one, other);
            } else if (shape == 1 && chance.happens(0.5) && !other.equals(one)) {
                cluster.cut(one, other);
            } else if (shape == 2 && other.compareTo(one) > 0) {
                for (String left : ids) {
                    if (left.compareTo(one) <= 0) {
                        cutBoth(left, other);
                    }
                }
            }
        }
        later(chance.between(100, 4_000), () -> cluster.network().heal());
    }

    private void cutBoth(String one, String other) {
        cluster.cut(one, other);
        cluster.cut(other, one);
    }

    private void later(long millis, Runnable what) {
        cluster.universe().at(cluster.now().plus(Duration.ofMillis(millis)).toNanos(), null, () -> {
            if (!isOver) {
                what.run();
            }
        });
    }
}
