package io.dynamo.core.sim;

import io.dynamo.core.NodeCore;
import io.dynamo.core.check.History;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * Disks that are lost, or come back older than they were. Only where a crash loses nothing else: a node that has lost only a part does
 * not know it.
 */
final class DiskLosses {

    private static final long SECOND = 1_000_000_000L;
    private static final long LOOK_NANOS = 50_000_000L;
    // What was said within the last round of greetings nobody has heard.
    private static final long UNHEARD_NANOS = 2 * SECOND;
    private static final long PUTTING_BACK_NANOS_MAX = SECOND / 2;

    private final SimulatedCluster cluster;
    private final History history;
    private final BiConsumer<Long, Runnable> after;
    private final boolean isSynced;
    // Whose data is gone and not made again, as far as they say themselves.
    private final Set<String> lost = new TreeSet<>();
    private final int lostMax;
    // Of whose disk there is a copy that may be put back: a second one in its place might be too young to be noticed.
    private final Set<String> copied = new TreeSet<>();

    DiskLosses(
            SimulatedCluster cluster,
            History history,
            SimulationProfile.Shape shape,
            BiConsumer<Long, Runnable> after) {
        this.cluster = cluster;
        this.history = history;
        this.after = after;
        this.isSynced = shape.synced();
        // In most runs so few at once that every acknowledged write must survive.
        boolean isBounded = cluster.universe().chance("atlas of disks").happens(0.8);
        this.lostMax = isBounded ? shape.w() - 1 : cluster.ids().size();
    }

    private boolean mayLose(String id) {
        return isSynced && lost.size() + (lost.contains(id) ? 0 : 1) <= lostMax;
    }

    void wipe(String id, long lastsNanos) {
        if (mayLose(id)) {
            lose(id, lastsNanos, () -> cluster.wipe(id), this::saysThatItHasCaughtUp);
        }
    }

    /** The disk forgets what came after now. */
    void loseSuffix(String id, Chance chance) {
        VirtualDisk disk = cluster.machine(id).disk;
        disk.remember();
        after.accept(chance.between(SECOND / 20, 2 * SECOND), () -> {
            if (mayLose(id) && disk.isLaterThanRemembered()) {
                lose(id, 0, () -> cluster.goBack(id), this::saysThatItHasCaughtUp);
            }
        });
    }

    /** A copy is made now, and put back later. */
    void keepCopy(String id, Chance chance, long lastsNanos) {
        if (!copied.add(id)) {
            return;
        }
        VirtualDisk disk = cluster.machine(id).disk;
        cluster.keepCopy(id);
        after.accept(chance.between(UNHEARD_NANOS, 30 * SECOND), () -> {
            if (isSynced && disk.hasOlderCopy() && isKnownToAll(id)) {
                after.accept(UNHEARD_NANOS, () -> {
                    cluster.crash(id);
                    after.accept(Math.min(lastsNanos, PUTTING_BACK_NANOS_MAX), () -> putBack(id, disk));
                });
            } else {
                copied.remove(id);
            }
        });
    }

    private void putBack(String id, VirtualDisk disk) {
        copied.remove(id);
        if (disk.hasOlderCopy() && mayLose(id) && isKnownToAll(id)) {
            lose(id, 0, () -> cluster.putBackCopy(id), this::hasCaughtUpWithAll);
        } else {
            cluster.restart(id);
        }
    }

    /** Whoever was cut off from a node, or was started since, has not heard how far it came, and cannot tell; that is not promised. */
    private boolean isKnownToAll(String id) {
        return cluster.ids().stream().filter(other -> !other.equals(id)).allMatch(other -> {
            NodeCore core = cluster.core(other);
            return core != null && !core.health().missing().contains(id);
        });
    }

    private void lose(String id, long lastsNanos, Runnable how, Predicate<NodeCore> isBack) {
        boolean isOneMore = lost.add(id);
        history.wiped(id, cluster.now().toNanos());
        how.run();
        after.accept(lastsNanos, () -> cluster.restart(id));
        if (isOneMore) {
            after.accept(LOOK_NANOS, () -> lookWhetherRestored(id, isBack));
        }
    }

    /** By its own word: one that says so too early convicts itself. */
    private void lookWhetherRestored(String id, Predicate<NodeCore> isBack) {
        NodeCore core = cluster.core(id);
        if (core != null && isBack.test(core)) {
            lost.remove(id);
            history.restored(id, cluster.now().toNanos());
        } else {
            after.accept(LOOK_NANOS, () -> lookWhetherRestored(id, isBack));
        }
    }

    private boolean saysThatItHasCaughtUp(NodeCore core) {
        return core.view().catchingUp().isEmpty();
    }

    /** One that does not know is told when all are linked, or never. */
    private boolean hasCaughtUpWithAll(NodeCore core) {
        return saysThatItHasCaughtUp(core) && core.health().missing().isEmpty();
    }
}
