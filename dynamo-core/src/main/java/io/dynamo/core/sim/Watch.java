package io.dynamo.core.sim;

import io.dynamo.api.Context;
import io.dynamo.api.WriteId;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.ContextTokens;
import io.dynamo.core.causality.Dot;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.check.History;
import io.dynamo.core.check.HistoryChecker;
import io.dynamo.core.check.ReadEvent;
import io.dynamo.core.check.WriteEvent;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.spi.Space;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is known of a run: the clients' history, and what can be seen of frames and disks that clients cannot: that no dot
 * names two writes (I9), that W nodes hold what was acknowledged (I8), that nobody waits for ever.
 */
final class Watch {

    final History history = new History();
    private final SimulatedCluster cluster;
    private final SimulationProfile.Shape shape;
    private final DotLedger ledger = new DotLedger();
    private final List<String> violations = new ArrayList<>();
    private final Map<Integer, WriteId> ids = new TreeMap<>();
    // Reads whose deletes are looked up when all dots of all deletes are known.
    private final List<Unjudged> unjudged = new ArrayList<>();

    private record Unjudged(ReadEvent read, CausalContext context) {}

    Watch(SimulatedCluster cluster, SimulationProfile.Shape shape) {
        this.cluster = cluster;
        this.shape = shape;
        Map<Integer, String> names = new TreeMap<>();
        cluster.ids().forEach(id -> names.put(cluster.machine(id).port(), id));
        cluster.network()
                .tap((from, to, frame) ->
                        ledger.sent(names.getOrDefault(from, "?"), names.getOrDefault(to, "?"), frame));
        cluster.tapDisks(ledger::stored);
    }

    void violated(String what) {
        violations.add(what);
    }

    /** Under which id a write may be found. */
    void named(WriteEvent write, WriteId id) {
        ids.put(write.number(), id);
    }

    static String valueOf(WriteEvent write) {
        return write.key() + "#" + write.number();
    }

    /** The write that a value tells of; -1 if it is none of this key. */
    static int numberOf(String key, String value) {
        return value.startsWith(key + "#") ? Integer.parseInt(value.substring(key.length() + 1)) : -1;
    }

    /** A client was answered a read. */
    void read(ReadEvent read, Context context) {
        history.read(read);
        unjudged.add(new Unjudged(read, ((ContextTokens.Seen) context).causal()));
    }

    /** What all replicas hold of a key in the end. */
    void end(ReadEvent end, VersionSet set) {
        if (set.versions().isEmpty() && !set.context().isEmpty()) {
            // A delete leaves a tombstone, and of concurrent last writes one wins.
            violated("I12 " + end.key() + ": writes are known and nothing is left of them, not even a tombstone");
        }
        history.end(end);
        unjudged.add(new Unjudged(end, set.context()));
    }

    /** What a replica was found to hold. */
    void found(VersionSet set) {
        ledger.enter(set);
    }

    /** I8: as many nodes hold what was acknowledged as its client was told, as durably as was promised. */
    void acknowledged(WriteEvent write, Context context) {
        if (!shape.synced()) {
            // A crash may have taken a copy between its acknowledgement and the client's answer.
            return;
        }
        String store = write.key().substring(0, write.key().indexOf('/'));
        byte[] key = write.key().substring(store.length() + 1).getBytes(StandardCharsets.UTF_8);
        byte[] stored =
                StoredKey.of(store, key, SimulatedSettings.partitions(shape)).bytes();
        CausalContext written = ((ContextTokens.Seen) context).causal();
        int holders = 0;
        for (String id : cluster.ids()) {
            byte[] record = cluster.machine(id).disk.synced(Space.RECORDS, stored);
            if (record != null && DotLedger.setIn(record).context().covers(written)) {
                holders++;
            }
        }
        if (holders < shape.w()) {
            violated("I8 " + write.key() + ": write #" + write.number() + " was acknowledged and is on " + holders
                    + " nodes, W is " + shape.w());
        }
    }

    /** Everything that is wrong, when the run is over. */
    List<String> judge() {
        for (byte[] value : ledger.valuesMintedTwice()) {
            String text = new String(value, StandardCharsets.UTF_8);
            history.mintedTwice(Integer.parseInt(text.substring(text.indexOf('#') + 1)));
        }
        for (Unjudged one : unjudged) {
            one.read().deletes().addAll(deletesIn(one.read().key(), one.context()));
        }
        List<String> all = new ArrayList<>(violations);
        all.addAll(ledger.violations);
        all.addAll(HistoryChecker.check(history));
        return all;
    }

    private SortedSet<Integer> deletesIn(String key, CausalContext context) {
        TreeSet<Integer> deletes = new TreeSet<>();
        for (WriteEvent write : history.writes()) {
            WriteId id = ids.get(write.number());
            if (write.isDelete()
                    && write.key().equals(key)
                    && id != null
                    && write.outcome() != WriteEvent.Outcome.NOT_APPLIED) {
                for (Dot dot : ledger.dotsOf(id)) {
                    if (context.contains(dot)) {
                        deletes.add(write.number());
                    }
                }
            }
        }
        return deletes;
    }
}
