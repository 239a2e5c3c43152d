package io.dynamo.core.sim;

import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Slice;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.causality.VersionSetCodec;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.spi.Space;
import io.dynamo.spi.WriteBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * HINT: what a stand-in keeps for an owner goes when the owner's disk has it, and not before. Looks at every batch on its way
 * to a disk, and reads the bytes by itself, as it does not trust the product's codec.
 */
final class HintWatch {

    private static final int AFTER_CHECKSUM = 1 + Integer.BYTES;
    private static final int ACTOR = 3 * Long.BYTES;

    private final SimulatedCluster cluster;
    private final boolean isSynced;
    private final DotLedger ledger;
    private final BiFunction<String, String, CausalContext> forgotten;
    private final Consumer<String> violated;
    private final Map<String, Integer> lives = new TreeMap<>();
    private final Map<String, Long> keptNanos = new TreeMap<>();

    /** {@code forgotten}: what a node has forgotten of a key. */
    HintWatch(
            SimulatedCluster cluster,
            boolean isSynced,
            DotLedger ledger,
            BiFunction<String, String, CausalContext> forgotten,
            Consumer<String> violated) {
        this.cluster = cluster;
        this.isSynced = isSynced;
        this.ledger = ledger;
        this.forgotten = forgotten;
        this.violated = violated;
    }

    /** For whom a record is kept, and what it is. */
    record Hint(List<String> targets, VersionSet set) {}

    static Hint parse(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).position(AFTER_CHECKSUM + Long.BYTES);
        int count = in.get();
        List<String> targets = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] target = new byte[in.get()];
            in.get(target);
            targets.add(new String(target, StandardCharsets.UTF_8));
        }
        int set = in.position() + 1 + (in.get() == 0 ? 0 : ACTOR);
        return new Hint(targets, VersionSetCodec.decode(new Slice(bytes, set, bytes.length - set)));
    }

    /** How often a node began to keep a key for others: each time it may mint for it, and knows nothing of what it minted before. */
    int lives(String key) {
        return lives.getOrDefault(key, 0);
    }

    /** A batch on its way to a node's disk. */
    void stored(String holder, WriteBatch batch) {
        for (WriteBatch.Change change : batch.changes()) {
            if (change.space() == Space.HINTS) {
                byte[] value = change.value();
                Hint after = value == null ? new Hint(List.of(), VersionSet.EMPTY) : parse(value);
                StoredKey key = StoredKey.parse(change.key());
                ledger.enter(holder, key.toString(), after.set());
                byte[] before = cluster.machine(holder).disk.shown(Space.HINTS, change.key());
                if (before == null && value != null) {
                    lives.merge(key.toString(), 1, Integer::sum);
                }
                keep(holder, key.toString(), before == null ? null : parse(before), after);
                if (before != null && value == null) {
                    ledger.letGo(holder, key.toString(), parse(before).set());
                }
                if (before != null) {
                    parse(before).targets().stream()
                            .filter(target -> !after.targets().contains(target))
                            .forEach(target -> letGo(holder, key, parse(before).set(), target));
                }
            }
        }
    }

    /** Since when it keeps just this for just these. */
    private void keep(String holder, String key, @Nullable Hint before, Hint after) {
        List<String> same = before != null && before.set().equals(after.set()) ? before.targets() : List.of();
        for (String target : after.targets()) {
            if (!same.contains(target)) {
                keptNanos.put(
                        holder + " " + target + " " + key, cluster.universe().nowNanos());
            }
        }
    }

    private void letGo(String holder, StoredKey key, VersionSet set, String target) {
        // In a store that does not sync, a crash may have taken it between acknowledgement and now.
        if (!isSynced || !cluster.ids().contains(target)) {
            return;
        }
        if (cluster.machine(target).wipes > 0
                && cluster.machine(target).wipedNanos
                        >= keptNanos.getOrDefault(holder + " " + target + " " + key, 0L)) {
            // It had it, and lost it with all else.
            return;
        }
        Machine keeper = cluster.machine(holder);
        if (keeper.wipes > 0 && keptNanos.getOrDefault(holder + " " + target + " " + key, 0L) <= keeper.wipedNanos) {
            // Its disk shows it again, being an older one; what may have been removed since is dropped.
            return;
        }
        byte[] record = cluster.machine(target).disk.synced(Space.RECORDS, key.bytes());
        if (record == null
                || !DotLedger.setIn(record)
                        .context()
                        .join(forgotten.apply(target, key.toString()))
                        .covers(set.context())) {
            violated.accept("HINT " + key + ": " + holder + " lets go what it kept for " + target
                    + ", whose disk does not have it");
        }
    }
}
