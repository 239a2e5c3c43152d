package io.dynamo.core.sim;

import io.dynamo.api.Context;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.MemberView;
import io.dynamo.api.MemberView.State;
import io.dynamo.api.Outcome;
import io.dynamo.api.QuorumException;
import io.dynamo.api.WriteId;
import io.dynamo.api.Written;
import io.dynamo.core.NodeCore;
import io.dynamo.core.causality.Actor;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a run: the clients' history, and what can be seen of frames and disks that clients cannot: that no dot
 * names two writes (I9), that W nodes hold what was acknowledged (I8), that a clock tells only of what was minted (I11).
 */
final class Watch {

    private static final long AT_ONCE_NANOS = 50_000_000;
    private static final Duration ONE_IS_SYNCED = Duration.ofSeconds(2);

    final History history = new History();
    /** How many tries failed. */
    int failures;

    private final SimulatedCluster cluster;
    private final SimulationProfile.Shape shape;
    private final SimulationProfile profile;
    private final Askings askings;
    private final DotLedger ledger;
    private final HintWatch hints;
    private final ExpiryJudge expiry;
    private final PurgeWatch purges;
    private final ForgetWatch forgets;
    private final List<String> violations = new ArrayList<>();
    private final Map<Integer, WriteId> ids = new TreeMap<>();
    // Reads whose deletes are looked up when all dots of all deletes are known.
    private final TreeSet<Integer> refusedAndFound = new TreeSet<>();
    private final List<Unjudged> unjudged = new ArrayList<>();
    private final List<Acknowledged> acknowledged = new ArrayList<>();

    private record Unjudged(ReadEvent read, CausalContext context) {}

    private record Acknowledged(WriteEvent write, CausalContext written) {}

    Watch(SimulatedCluster cluster, SimulationProfile profile) {
        this.cluster = cluster;
        this.shape = profile.shape();
        this.profile = profile;
        this.askings = new Askings(this::mustLook);
        this.ledger = new DotLedger(
                askings,
                () -> cluster.ids().stream()
                        .mapToLong(id -> cluster.machine(id)
                                .clock
                                .wallMillis(cluster.universe().nowNanos()))
                        .max()
                        .orElse(0));
        this.expiry = new ExpiryJudge(cluster, ledger, this::violated);
        Map<Integer, String> names = new TreeMap<>();
        cluster.ids().forEach(id -> names.put(cluster.machine(id).port(), id));
        cluster.network()
                .tap((from, to, frame) ->
                        ledger.sent(names.getOrDefault(from, "?"), names.getOrDefault(to, "?"), frame));
        this.forgets = new ForgetWatch(cluster, shape, ledger, this::violated);
        this.hints = new HintWatch(cluster, shape.synced(), ledger, forgets::of, this::violated);
        this.purges = new PurgeWatch(cluster, shape, forgets, this::violated);
        cluster.tapDisks((id, batch) -> {
            forgets.stored(id, batch);
            purges.stored(id, batch);
            ledger.stored(id, batch);
            hints.stored(id, batch);
        });
    }

    SimulationProfile profile() {
        return profile;
    }

    void violated(String what) {
        violations.add(what);
    }

    /** Under which id a write may be found. */
    void named(WriteEvent write, WriteId id) {
        ids.put(write.number(), id);
    }

    /** A client asks a node for a write that it names. */
    void asked(String node, WriteEvent write, WriteId id) {
        named(write, id);
        askings.repeated(node, id, write.key());
    }

    private boolean mustLook(String node) {
        NodeCore core = cluster.core(node);
        return shape.n() > 1 && core != null && core.health().missing().isEmpty();
    }

    ExpiryJudge expiry() {
        return expiry;
    }

    /** A client was answered a read: what it has seen are the values, and those of them that had expired. */
    SortedSet<Integer> read(ReadEvent read, Context context, ExpiryJudge.Began began) {
        CausalContext seen = ((ContextTokens.Seen) context).causal();
        expiry.judge(read.key(), read.values(), seen, began, read.key().startsWith(SimulatedCluster.LWW_STORE + "/"));
        // They leave no value by which to tell, as deletes do not.
        SortedSet<Integer> expired = expiry.expired(read.key(), seen, began);
        expired.removeAll(read.values());
        read.deletes().addAll(expired);
        history.read(read);
        unjudged.add(new Unjudged(read, seen));
        return expired;
    }

    /** VIEW: when nothing has been wrong for a while, a node believes so. */
    void seesAllUp(String id) {
        DynamoNode node = cluster.node(id);
        if (node != null) {
            for (MemberView member : node.view().members()) {
                if (member.state() != State.UP && member.state() != State.SELF) {
                    violated("VIEW node " + id + " shows " + member.id() + " as " + member.state()
                            + " although nothing is wrong: " + member.why());
                }
            }
        }
    }

    /** How many nodes a node can reach, itself included: any of them may hold any key, be it for others. */
    int reachable(String node) {
        NodeCore core = cluster.core(node);
        return core == null ? 0 : cluster.ids().size() - core.health().missing().size();
    }

    /** WRITEABLE: a write is not refused for want of nodes by one that has a link to W, owners or not. */
    void refused(WriteEvent write, String node, int reachableBefore, long beganNanos, Throwable failure) {
        // A link may have been lost, and made again, while a refusal took its time.
        boolean isAtOnce = cluster.universe().nowNanos() - beganNanos < AT_ONCE_NANOS;
        if (failure instanceof QuorumException quorum
                && quorum.outcome() == Outcome.NOT_APPLIED
                && isAtOnce
                && Math.min(reachableBefore, reachable(node)) >= shape.w()) {
            violated("WRITEABLE " + write.key() + ": write #" + write.number() + " was refused by " + node
                    + ", which has a link to W nodes: " + failure.getMessage());
        }
    }

    /** How many siblings a key may have: as many as each that may mint for it allows, an owner, or its next disk, or one life of a hint. */
    int siblingsMax(String key, int ofEach) {
        int wipes =
                cluster.ids().stream().mapToInt(id -> cluster.machine(id).wipes).sum();
        return ofEach * (shape.n() + hints.lives(key) + wipes);
    }

    /** What all replicas hold of a key in the end. */
    void end(ReadEvent end, VersionSet set) {
        if (set.versions().isEmpty() && !set.context().isEmpty()) {
            // A delete leaves a tombstone, and of concurrent last writes one wins.
            violated("I12 " + end.key() + ": writes are known and nothing is left of them, not even a tombstone");
        }
        for (Actor actor : set.context().actors()) {
            Dot last = new Dot(actor, set.context().highest(actor));
            if (!ledger.knows(last)) {
                violated("I11 " + end.key() + ": the context knows of " + last + ", which nobody has minted");
            }
        }
        history.end(end);
        unjudged.add(new Unjudged(end, set.context()));
    }

    /** What a replica was found to hold. */
    void found(String node, String key, VersionSet set) {
        ledger.enter(node, key, set);
    }

    /** A client was told that its write is done. */
    void acknowledged(WriteEvent write, Written written) {
        List<String> holders = new ArrayList<>(written.acknowledged());
        holders.removeAll(written.hinted());
        write.heldBy(holders);
        acknowledged(write, written.context());
    }

    /**
     * I8: as many nodes hold what was acknowledged as its client was told, as durably as was promised, be it for themselves or
     * for others.
     */
    void acknowledged(WriteEvent write, Context context) {
        acknowledged.add(new Acknowledged(write, ((ContextTokens.Seen) context).causal()));
        if (!shape.synced()) {
            // A crash may have taken a copy between its acknowledgement and the client's answer.
            return;
        }
        int holders = holders(write, ((ContextTokens.Seen) context).causal(), cluster.ids(), true, true);
        if (holders + history.destroyedSince(write) < shape.w()) {
            violated("I8 " + write.key() + ": write #" + write.number() + " was acknowledged and is on " + holders
                    + " nodes, W is " + shape.w());
        }
    }

    /** I8: so many copies are synced as its client has asked for; and of N one, soon, if its coordinator lives on. */
    void synced(WriteEvent write, Written result, int durable) {
        CausalContext written = ((ContextTokens.Seen) result.context()).causal();
        if (durable > 0) {
            judgeSynced(write, written, durable, "had been asked for");
        }
        if (profile.bounds().promise().oneOfN()) {
            cluster.after(ONE_IS_SYNCED, () -> {
                if (!history.isDestroyedSince(result.coordinator(), write)) {
                    judgeSynced(write, written, 1, "is promised after " + ONE_IS_SYNCED);
                }
            });
        }
    }

    private void judgeSynced(WriteEvent write, CausalContext written, int least, String why) {
        int holders = holders(write, written, cluster.ids(), true, true);
        if (holders < least) {
            violated("I8 " + write.key() + ": write #" + write.number() + " was acknowledged and " + holders
                    + " synced disks have it, where " + least + " " + why);
        }
    }

    /** I8 once more, before anything is repaired: W owners hold what was acknowledged, less those that lost their copy. */
    void allIsHeld() {
        for (Acknowledged one : acknowledged) {
            WriteEvent write = one.write();
            int holders = holders(write, one.written(), history.owners(write.key()), false, shape.synced());
            if (holders + history.destroyedSince(write) < shape.w()) {
                violated("I8 " + write.key() + ": write #" + write.number() + " was acknowledged and is on " + holders
                        + " of its owners after the faults, W is " + shape.w());
            }
        }
    }

    private int holders(
            WriteEvent write, CausalContext written, List<String> candidates, boolean orKeptForOthers, boolean synced) {
        String name = write.key();
        String store = name.substring(0, name.indexOf('/'));
        byte[] key = name.substring(store.length() + 1).getBytes(StandardCharsets.UTF_8);
        byte[] stored =
                StoredKey.of(store, key, SimulatedSettings.partitions(shape)).bytes();
        int holders = 0;
        for (String id : candidates) {
            byte[] record = onDisk(id, Space.RECORDS, stored, synced);
            byte[] hint = orKeptForOthers ? onDisk(id, Space.HINTS, stored, synced) : null;
            boolean isThere = record != null
                            && DotLedger.setIn(record)
                                    .context()
                                    .join(forgets.of(id, name))
                                    .covers(written)
                    || hint != null
                            && HintWatch.parse(hint)
                                    .set()
                                    .context()
                                    .join(forgets.ofAny(name))
                                    .covers(written)
                    || record != null && cluster.machine(id).showsOlder && isShown(write, record)
                    || purges.hasPurged(id, name, written);
            holders += isThere ? 1 : 0;
        }
        return holders;
    }

    /** A node on an older copy drops what a write has replaced, as that may have been removed since, and keeps the write. */
    private boolean isShown(WriteEvent write, byte[] record) {
        WriteId id = ids.get(write.number());
        return DotLedger.setIn(record).versions().stream()
                .anyMatch(version -> version.writeId().equals(id));
    }

    private byte @Nullable [] onDisk(String id, Space space, byte[] key, boolean synced) {
        VirtualDisk disk = cluster.machine(id).disk;
        return synced ? disk.synced(space, key) : disk.shown(space, key);
    }

    /** Everything that is wrong, when the run is over. */
    List<String> judge() {
        for (byte[] value : ledger.valuesMintedTwice()) {
            history.mintedTwice(Values.numberIn(value));
        }
        expiry.judgeInstants();
        List<Dot> nameless = ledger.deletesOtherThan(ids.values());
        unjudged.forEach(one -> findDeletes(one.read(), one.context(), nameless));
        List<String> all = new ArrayList<>(violations);
        cluster.brokenInvariants().forEach(broken -> all.add("BROKEN " + broken));
        judgeBuffers(all);
        all.addAll(ledger.violations);
        all.addAll(HistoryChecker.check(history));
        return all;
    }

    /** I11: so many objects may be acknowledged before they are written, and no more. */
    private void judgeBuffers(List<String> all) {
        int allowed = profile.bounds().promise().writeBuffer();
        for (String id : cluster.ids()) {
            int most = cluster.machine(id).bufferedMost;
            if (most > allowed) {
                all.add("I11 node " + id + " had acknowledged " + most + " objects before it had written them, at most "
                        + allowed + " may be");
            }
        }
    }

    /** What was purged or forgotten before a read began is as good as seen; while it goes on, it may be. */
    private void findPurged(ReadEvent read, List<Dot> nameless) {
        purges.forEach(read.key(), (atNanos, purged) -> findPurged(read, nameless, atNanos, purged));
        forgets.forEach(read.key(), (atNanos, gone) -> findPurged(read, nameless, atNanos, gone));
    }

    private void findPurged(ReadEvent read, List<Dot> nameless, long atNanos, CausalContext purged) {
        if (atNanos > read.endedNanos()) {
            return;
        }
        SortedSet<Integer> expiring = expiry.covered(read.key(), purged);
        (atNanos <= read.beganNanos() ? read.deletes() : read.perhaps()).addAll(expiring);
        for (WriteEvent write : history.writes()) {
            WriteId id = ids.get(write.number());
            if (!write.isDelete() || !write.key().equals(read.key())) {
                continue;
            }
            if (id == null
                    ? nameless.stream().anyMatch(purged::contains)
                    : ledger.dotsOf(id).stream().anyMatch(purged::contains)) {
                (id != null && atNanos <= read.beganNanos() ? read.deletes() : read.perhaps()).add(write.number());
            }
        }
    }

    /** How many records were removed because they were deleted, or had expired. */
    int purged() {
        return purges.count();
    }

    /** How many records have forgotten entries of runs that are over. */
    int forgotten() {
        return forgets.count();
    }

    /** The deletes that a context covers. One whose name is not known may be any of which no client knows the name. */
    private void findDeletes(ReadEvent read, CausalContext context, List<Dot> nameless) {
        boolean coversNameless = nameless.stream().anyMatch(context::contains);
        findPurged(read, nameless);
        for (WriteEvent write : history.writes()) {
            if (write.isDelete() && write.key().equals(read.key())) {
                WriteId id = ids.get(write.number());
                boolean isRefused = write.outcome() == WriteEvent.Outcome.NOT_APPLIED;
                if (id == null) {
                    if (coversNameless && !isRefused) {
                        read.perhaps().add(write.number());
                    }
                } else if (ledger.dotsOf(id).stream().anyMatch(context::contains)) {
                    read.deletes().add(write.number());
                    if (isRefused && refusedAndFound.add(write.number())) {
                        violated("I8 " + read.key() + ": delete #" + write.number() + " was NOT_APPLIED and is there");
                    }
                }
            }
        }
    }
}
