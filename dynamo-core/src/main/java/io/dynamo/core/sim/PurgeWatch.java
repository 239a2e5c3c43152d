package io.dynamo.core.sim;

import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.spi.Space;
import io.dynamo.spi.WriteBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * I5: a record that was deleted or has expired is removed when every owner's disk knows it, for good, and nothing older is kept
 * for anybody; and what was removed never comes back. Looks at every batch on its way to a disk. What was purged is not lost: whoever looks for
 * it is told here.
 */
final class PurgeWatch {

    private final SimulatedCluster cluster;
    private final SimulationProfile.Shape shape;
    private final ForgetWatch forgets;
    private final Consumer<String> violated;
    private final Map<String, List<Purge>> purges = new TreeMap<>();

    /** What a node has removed, and when. */
    private record Purge(String node, long atNanos, CausalContext context) {}

    PurgeWatch(
            SimulatedCluster cluster, SimulationProfile.Shape shape, ForgetWatch forgets, Consumer<String> violated) {
        this.cluster = cluster;
        this.shape = shape;
        this.forgets = forgets;
        this.violated = violated;
    }

    /** A batch on its way to a node's disk. */
    void stored(String node, WriteBatch batch) {
        for (WriteBatch.Change change : batch.changes()) {
            byte[] value = change.value();
            if (change.space() == Space.RECORDS && value == null) {
                byte[] before = cluster.machine(node).disk.shown(Space.RECORDS, change.key());
                if (before != null && !cluster.isOnOlderDisk(node)) {
                    removed(node, StoredKey.parse(change.key()), DotLedger.setIn(before));
                }
            } else if ((change.space() == Space.RECORDS || change.space() == Space.HINTS) && value != null) {
                mayNotBeBack(node, change.space(), StoredKey.parse(change.key()), setIn(change.space(), value));
            }
        }
    }

    private static VersionSet setIn(Space space, byte[] value) {
        return space == Space.RECORDS
                ? DotLedger.setIn(value)
                : HintWatch.parse(value).set();
    }

    private void removed(String node, StoredKey key, VersionSet set) {
        for (String owner : Simulation.owners(shape, key.store(), nameOf(key))) {
            Machine machine = cluster.machine(owner);
            // Each owner has to agree, by its own clock.
            if (machine.clock.jumps() == 0
                    && set.asOf(machine.clock.wallMillis(cluster.universe().nowNanos()))
                            .hasValue()) {
                violated.accept("I5 " + key + ": " + node + " removes " + set + ", which has a value for " + owner);
            }
            if (machine.wipes == 0 && !knows(owner, key, set.context())) {
                violated.accept(
                        "I5 " + key + ": purged by " + node + " while the disk of " + owner + " does not know of it");
            }
        }
        for (String id : cluster.ids()) {
            VirtualDisk disk = cluster.machine(id).disk;
            if (keepsOlder(disk.shown(Space.HINTS, key.bytes()), set)
                    || keepsOlder(disk.synced(Space.HINTS, key.bytes()), set)) {
                violated.accept(
                        "I5 " + key + ": purged by " + node + " while " + id + " keeps something older for others");
            }
        }
        purges.computeIfAbsent(key.toString(), first -> new ArrayList<>())
                .add(new Purge(node, cluster.universe().nowNanos(), set.context()));
    }

    private static String nameOf(StoredKey key) {
        return key.toString().substring(key.store().length() + 1);
    }

    private boolean knows(String owner, StoredKey key, CausalContext context) {
        byte[] record = cluster.machine(owner).disk.synced(Space.RECORDS, key.bytes());
        return record != null
                        && DotLedger.setIn(record)
                                .context()
                                .join(forgets.of(owner, key.toString()))
                                .covers(context)
                || hasPurged(owner, key.toString(), context);
    }

    private static boolean keepsOlder(byte @Nullable [] hint, VersionSet purged) {
        return hint != null
                && HintWatch.parse(hint).set().versions().stream()
                        .anyMatch(version -> purged.context().contains(version.dot()));
    }

    private void mayNotBeBack(String node, Space space, StoredKey key, VersionSet set) {
        Machine machine = cluster.machine(node);
        // What an older disk shows has not come back there, and must get no further.
        byte[] shown = machine.wipes == 0 ? null : machine.disk.shown(space, key.bytes());
        List<Version> before = shown == null ? List.of() : setIn(space, shown).versions();
        for (Purge purge : purges.getOrDefault(key.toString(), List.of())) {
            for (Version version : set.versions()) {
                if (!version.isTombstone() && purge.context().contains(version.dot()) && !before.contains(version)) {
                    violated.accept("I5 " + key + ": " + version + " was purged by " + purge.node() + ", and " + node
                            + " stores it again" + (space == Space.HINTS ? " for others" : ""));
                }
            }
        }
    }

    /** Whether a node has removed a record that knew of all this. */
    boolean hasPurged(String node, String key, CausalContext context) {
        return purges.getOrDefault(key, List.of()).stream()
                .anyMatch(purge -> purge.node().equals(node) && purge.context().covers(context));
    }

    /** What was known of a key when it was removed, and when that was. */
    void forEach(String key, BiConsumer<Long, CausalContext> action) {
        purges.getOrDefault(key, List.of()).forEach(purge -> action.accept(purge.atNanos(), purge.context()));
    }

    /** How many records were removed, on all disks together. */
    int count() {
        return purges.values().stream().mapToInt(List::size).sum();
    }
}
