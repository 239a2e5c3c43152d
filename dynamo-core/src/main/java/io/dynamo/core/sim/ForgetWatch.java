package io.dynamo.core.sim;

import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.spi.Space;
import io.dynamo.spi.WriteBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * I5: entries of a record are forgotten when every owner's disk has seen, for good, all that they stand for, none of it lives, and
 * nobody keeps anything of it for others; and none of it ever comes back. I3: nobody may repeat a write by that time of which it is
 * forgotten that it was minted. Looks at every batch on its way to a disk. What was forgotten is not unknown: whoever looks for it
 * is told here.
 */
final class ForgetWatch {

    private final SimulatedCluster cluster;
    private final SimulationProfile.Shape shape;
    private final DotLedger ledger;
    private final Consumer<String> violated;
    private final Map<String, List<Forgotten>> forgotten = new TreeMap<>();

    /** What a node has forgotten, and when. */
    private record Forgotten(String node, long atNanos, CausalContext entries) {}

    ForgetWatch(SimulatedCluster cluster, SimulationProfile.Shape shape, DotLedger ledger, Consumer<String> violated) {
        this.cluster = cluster;
        this.shape = shape;
        this.ledger = ledger;
        this.violated = violated;
    }

    /** A batch on its way to a node's disk. */
    void stored(String node, WriteBatch batch) {
        Map<byte[], VersionSet> latest = new TreeMap<>(Arrays::compareUnsigned);
        for (WriteBatch.Change change : batch.changes()) {
            if (change.space() == Space.RECORDS) {
                VersionSet before = latest.get(change.key());
                if (before == null) {
                    before = set(cluster.machine(node).disk.shown(Space.RECORDS, change.key()));
                }
                VersionSet after = set(change.value());
                latest.put(change.key(), after);
                CausalContext gone =
                        before.context().only(actor -> after.context().highest(actor) == 0);
                if (!after.isEmpty() && !gone.isEmpty() && !cluster.isOnOlderDisk(node)) {
                    judge(node, StoredKey.parse(change.key()), gone);
                }
                mayNotBeBack(node, StoredKey.parse(change.key()), before, after);
            } else if (change.space() == Space.HINTS && change.value() != null) {
                byte[] before = cluster.machine(node).disk.shown(Space.HINTS, change.key());
                mayNotBeBack(
                        node,
                        StoredKey.parse(change.key()),
                        before == null
                                ? VersionSet.EMPTY
                                : HintWatch.parse(before).set(),
                        HintWatch.parse(change.value()).set());
            }
        }
    }

    private static VersionSet set(byte @Nullable [] record) {
        return record == null ? VersionSet.EMPTY : DotLedger.setIn(record);
    }

    private void judge(String node, StoredKey key, CausalContext gone) {
        String name = key.toString();
        String what = "I5 " + name + ": " + node + " forgets " + gone;
        for (String owner :
                Simulation.owners(shape, key.store(), name.substring(key.store().length() + 1))) {
            VirtualDisk disk = cluster.machine(owner).disk;
            VersionSet synced = set(disk.synced(Space.RECORDS, key.bytes()));
            boolean knows = synced.context().join(of(owner, name)).covers(gone);
            if (!knows && cluster.machine(owner).wipes == 0) {
                violated.accept(what + " while the disk of " + owner + " does not know all of it");
            }
            if (!cluster.isOnOlderDisk(owner)
                    && (lives(synced, gone) || lives(set(disk.shown(Space.RECORDS, key.bytes())), gone))) {
                violated.accept(what + " while a version of that lives at " + owner);
            }
        }
        for (String id : cluster.ids()) {
            VirtualDisk disk = cluster.machine(id).disk;
            if (!cluster.isOnOlderDisk(id)
                    && (isKept(disk.shown(Space.HINTS, key.bytes()), gone)
                            || isKept(disk.synced(Space.HINTS, key.bytes()), gone))) {
                violated.accept(what + " while " + id + " keeps a version of that for others");
            }
        }
        mayBeRepeated(node, name, gone);
        forgotten
                .computeIfAbsent(name, first -> new ArrayList<>())
                .add(new Forgotten(node, cluster.universe().nowNanos(), gone));
    }

    private void mayBeRepeated(String node, String key, CausalContext gone) {
        long wallMillis =
                cluster.machine(node).clock.wallMillis(cluster.universe().nowNanos());
        for (Actor actor : gone.actors()) {
            for (Version version : ledger.mintedBy(actor)) {
                long ageMillis = wallMillis - version.writeId().epochMillis();
                if (gone.contains(version.dot()) && ageMillis < SimulatedSettings.FORGETTING_RETRY_WINDOW.toMillis()) {
                    violated.accept("I3 " + key + ": " + node + " forgets " + version.dot() + ", and write "
                            + version.writeId() + ", which minted it, may be repeated");
                }
            }
        }
    }

    private void mayNotBeBack(String node, StoredKey key, VersionSet before, VersionSet after) {
        // What an older disk shows has not come back there, and must get no further.
        List<Version> shown = cluster.machine(node).wipes == 0 ? List.of() : before.versions();
        List<Version> versions = new ArrayList<>(after.versions());
        versions.removeAll(shown);
        for (Forgotten one : forgotten.getOrDefault(key.toString(), List.of())) {
            if (lives(versions, one.entries())) {
                violated.accept("I5 " + key + ": " + node + " stores " + after + ", of which " + one.node()
                        + " has forgotten what it had seen");
            }
        }
    }

    private static boolean lives(VersionSet set, CausalContext gone) {
        return lives(set.versions(), gone);
    }

    private static boolean lives(List<Version> versions, CausalContext gone) {
        return versions.stream().anyMatch(version -> gone.contains(version.dot()));
    }

    private static boolean isKept(byte @Nullable [] hint, CausalContext gone) {
        return hint != null && lives(HintWatch.parse(hint).set(), gone);
    }

    /** What a node has forgotten of a key. */
    CausalContext of(String node, String key) {
        return of(key, one -> one.node().equals(node));
    }

    /** What anybody has forgotten of a key, and has not told those who keep it for others. */
    CausalContext ofAny(String key) {
        return of(key, one -> true);
    }

    private CausalContext of(String key, Predicate<Forgotten> which) {
        CausalContext all = CausalContext.EMPTY;
        for (Forgotten one : forgotten.getOrDefault(key, List.of())) {
            all = which.test(one) ? all.join(one.entries()) : all;
        }
        return all;
    }

    /** What was forgotten of a key, and when that was. */
    void forEach(String key, BiConsumer<Long, CausalContext> action) {
        forgotten.getOrDefault(key, List.of()).forEach(one -> action.accept(one.atNanos(), one.entries()));
    }

    /** How many records have forgotten something, on all disks together. */
    int count() {
        return forgotten.values().stream().mapToInt(List::size).sum();
    }
}
