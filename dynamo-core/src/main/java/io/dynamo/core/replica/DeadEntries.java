package io.dynamo.core.replica;

import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.runtime.LookupTable;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The entries that runs have left in a lane's records which are over: which may be forgotten once that is proven to be safe, and
 * which were last. An owner that has not forgotten them yet shows them, and so do old tokens: whoever has forgotten them takes
 * them from nobody. Kept in memory only: what comes back is forgotten once more. Confined to the lane.
 */
final class DeadEntries {

    private final PurgeAge age;
    private final LookupTable<Integer, Map<StoredKey, CausalContext>> gone = new LookupTable<>();

    DeadEntries(PurgeAge age) {
        this.age = age;
    }

    /** When there will be enough to be forgotten for a proof to be worth it; {@link Long#MAX_VALUE} for never. */
    long dueMillis(VersionSet set) {
        if (!age.isNoted() || age.entries() == 0 || set.context().entries() <= age.entries()) {
            return Long.MAX_VALUE;
        }
        Map<Actor, Long> ends = EarlierRuns.ends(set.context());
        List<Long> sorted = ends.keySet().stream()
                .filter(actor -> !set.hasLiveOf(actor))
                .map(ends::get)
                .sorted()
                .toList();
        return sorted.size() < age.entries() ? Long.MAX_VALUE : sorted.get(age.entries() - 1) + age.millis();
    }

    /** What may be forgotten of a record, by this node's wall clock: nobody asks for its dots by name any more. */
    CausalContext over(VersionSet set, long nowMillis) {
        return EarlierRuns.endedBefore(set.context(), nowMillis - age.millis()).only(actor -> !set.hasLiveOf(actor));
    }

    /** Whether all of it may be forgotten of a record, just as it is, and none of it by whoever still mints. */
    boolean mayForget(VersionSet set, CausalContext entries, long nowMillis, @Nullable Incarnation present) {
        List<Actor> actors = entries.actors();
        return present != null
                && actors.stream().noneMatch(present::drew)
                && over(set, nowMillis).only(new TreeSet<>(actors)::contains).equals(entries);
    }

    /** The last batch of a partition; what was forgotten before may come back, and is forgotten once more. */
    void forgotten(int partition, Map<StoredKey, CausalContext> batch) {
        gone.put(partition, batch);
    }

    /** What was forgotten last of a key. */
    CausalContext of(StoredKey key) {
        Map<StoredKey, CausalContext> batch = gone.get(key.partition());
        return batch == null ? CausalContext.EMPTY : batch.getOrDefault(key, CausalContext.EMPTY);
    }

    /** What somebody holds, without what was forgotten here. */
    VersionSet without(StoredKey key, VersionSet set) {
        return set.without(of(key), actor -> false);
    }

    /** What a writer has seen, without what was forgotten here. */
    CausalContext without(StoredKey key, CausalContext seen) {
        CausalContext forgotten = of(key);
        return forgotten.isEmpty() ? seen : seen.without(forgotten, actor -> false);
    }
}
