package io.dynamo.core.coordinate;

import io.dynamo.api.Outcome;
import io.dynamo.api.QuorumException;
import io.dynamo.api.ReplicaAnswer;
import io.dynamo.api.ReplicaAnswer.Status;
import io.dynamo.api.WriteId;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Dot;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.replica.Keeping;
import io.dynamo.core.replica.Replica;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.core.wire.PutReplicaResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A write on its coordinator (Dynamo §4.5): the version is minted and stored here, goes to the other replicas, and is done
 * at W acknowledgements. For owners that are held down, silent or failing others keep it, and count in their place (§4.6).
 *
 * <p>From minting on the outcome of a failure is UNKNOWN: the version is on its way.
 */
final class WriteRequest extends QuorumRequest {

    private static final long STRAGGLER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final StoredKey key;
    private final WriteCommand command;
    private final WritePlan plan;
    private final CompletableFuture<WriteResult> result;
    private @Nullable Dot dot;
    private VersionSet set = VersionSet.EMPTY;
    private CausalContext forgotten = CausalContext.EMPTY;
    // Owners that some stand-in keeps it for. It only grows, so that of two stand-ins the later one keeps it for no
    // fewer.
    private final Set<String> given = new TreeSet<>();
    // Who is told to sync it, where one of N is (§6.1).
    private @Nullable Peer syncing;
    private @Nullable Ask selfAsk;
    private boolean isLocalDone;
    private @Nullable String localFailure;

    WriteRequest(
            Coordinator home,
            StorePolicy store,
            StoredKey key,
            WriteCommand command,
            WritePlan plan,
            CompletableFuture<WriteResult> result) {
        super(
                home,
                store,
                key.partition(),
                new Needs(Math.max(plan.w(), plan.durable()), plan.pw()),
                plan.timeoutNanos(),
                plan.trace());
        this.key = key;
        this.command = command;
        this.plan = plan;
        this.result = result;
    }

    /** The first N that are up, and this node, which has the write before anybody else. */
    @Override
    Candidates candidates(Peer[] list) {
        return Candidates.of(list, store.n()).withSelf();
    }

    /** Whether enough replicas can be asked at all, owners and others; else nothing needs to be minted. */
    boolean canReachEnough() {
        int owners = 0;
        for (Peer peer : candidates()) {
            owners += peer.isLinked() && isPrimary(peer) ? 1 : 0;
        }
        return owners >= requiredPrimaries && reachable() >= required;
    }

    private int reachable() {
        int reachable = 0;
        for (Peer peer : candidates()) {
            reachable += peer.isLinked() ? 1 : 0;
        }
        return reachable;
    }

    /**
     * Not this node, if it can be helped: its own acknowledgement would wait for its disk. Repeats of a write choose the same
     * one, as long as the same ones are up.
     */
    private @Nullable Peer chooseWhoSyncs() {
        if (!store.syncsOne() || plan.durable() > 0) {
            return null;
        }
        List<Peer> others = new ArrayList<>(targetCount());
        for (int i = 0; i < targetCount(); i++) {
            Peer peer = candidates()[i];
            if (!peer.isSelf() && peer.isLinked() && peer.isUp()) {
                others.add(peer);
            }
        }
        return others.isEmpty()
                ? home.self()
                : others.get((int) Math.floorMod(command.id().random(), (long) others.size()));
    }

    /** Mints, stores and sends. */
    void begin() {
        syncing = chooseWhoSyncs();
        Replica.Mint mint = new Replica.Mint(
                command.id(),
                command.seen(),
                command.seenTimestamp(),
                command.value(),
                plan.expiresAfterMillis(),
                command.origin() != WriteCommand.Origin.FRESH);
        Replica.Minted minted =
                home.replica().mint(key, mint, keeping(), home.owners().holding(key), this::localDone);
        forgotten = minted.forgotten();
        if (!forgotten.isEmpty()) {
            home.meters().truncated();
        }
        replicate(minted.dot(), minted.set());
    }

    /** Sends what an earlier try has minted, and what others are known to hold, and mints nothing. */
    void repeat(Dot earlier, VersionSet found) {
        syncing = chooseWhoSyncs();
        set = home.replica().peek(key).merge(found);
        home.replica()
                .merge(key, set, CausalContext.EMPTY, keeping(), home.owners().holding(key), this::localDone);
        replicate(earlier, set);
    }

    private void replicate(Dot minted, VersionSet all) {
        dot = minted;
        set = all;
        if (isTraced()) {
            note("minted " + minted + (forgotten.isEmpty() ? "" : ", forgot " + forgotten.entries() + " entries"));
            if (syncing != null) {
                note(syncing.id() + " is to sync it");
            }
        }
        start(targetCount());
    }

    private Keeping keeping() {
        return isSyncedBy(home.self()) ? store.keeping().synced() : store.keeping();
    }

    /** An acknowledgement that has to be synced makes every replica sync this write. */
    private boolean isSyncedBy(Peer peer) {
        return plan.durable() > 0 || peer == syncing;
    }

    private void localDone(@Nullable Exception failure) {
        isLocalDone = true;
        localFailure = failure == null ? null : String.valueOf(failure.getMessage());
        Ask ask = selfAsk;
        if (ask != null) {
            settleSelf(ask);
        }
    }

    @Override
    void askSelf(Ask ask) {
        selfAsk = ask;
        ask.hintFor = ask.isPrimary ? List.of() : home.owners().ids(key);
        if (isLocalDone) {
            settleSelf(ask);
        }
    }

    private void settleSelf(Ask ask) {
        if (localFailure == null) {
            accepted(ask, stored(ask));
        } else {
            refused(ask, localFailure);
        }
    }

    @Override
    boolean mayHold(StoredKey other, long beforeNanos) {
        return key.equals(other);
    }

    @Override
    Message.Request message(Ask ask) {
        if (!ask.isPrimary && ask.hintFor.isEmpty()) {
            ask.hintFor = missing();
        }
        return new PutReplicaRequest(
                id, store.name(), key.key(), set, isSyncedBy(ask.peer), leftMicros(), forgotten, ask.hintFor);
    }

    /**
     * The owners that a stand-in shall keep the write for: those that have not acknowledged it and are not expected to soon.
     * All of them, not one for each stand-in: some stand-in may fail, too.
     */
    private List<String> missing() {
        List<String> open = new ArrayList<>(store.n());
        for (Peer peer : candidates()) {
            if (isPrimary(peer) && !hasAcknowledged(peer)) {
                Ask ask = askOf(peer);
                open.add(peer.id());
                if (!peer.isUp() || ask != null && ask.isOverdue) {
                    given.add(peer.id());
                }
            }
        }
        List<String> missing = open.stream().filter(given::contains).toList();
        // Whoever was not up when this request began may be up by now.
        return missing.isEmpty() ? open : missing;
    }

    private boolean hasAcknowledged(Peer peer) {
        Ask ask = askOf(peer);
        return ask != null && ask.status == Status.ACKNOWLEDGED && !ask.isLost();
    }

    /**
     * A stand-in counts for one owner that does not count itself, else a late acknowledgement would make one copy two: the
     * stand-in hands its copy to that very owner, and lets it go (traps T15).
     */
    @Override
    int countedStandIns(Peer[] list) {
        int count = 0;
        boolean[] isTaken = new boolean[store.n()];
        for (Ask ask : asks) {
            for (int rank = 0;
                    ask.status == Status.HINTED && !ask.isLost() && rank < store.n() && rank < list.length;
                    rank++) {
                if (!isTaken[rank] && ask.hintFor.contains(list[rank].id()) && !hasAcknowledged(list[rank])) {
                    isTaken[rank] = true;
                    count++;
                    break;
                }
            }
        }
        return count;
    }

    @Override
    @Nullable
    Status take(Ask ask, Message.Response response) {
        return response instanceof PutReplicaResponse ? stored(ask) : null;
    }

    private static Status stored(Ask ask) {
        return ask.isPrimary ? Status.ACKNOWLEDGED : Status.HINTED;
    }

    @Override
    boolean counts(Ask ask) {
        return ask.isOk() && !ask.isLost();
    }

    @Override
    void succeed() {
        Dot minted = dot;
        if (minted == null) {
            throw new IllegalStateException("a write cannot be acknowledged before it is minted");
        }
        home.meters().written(elapsedNanos());
        result.complete(new WriteResult(minted, timestamp(), home.self().id(), answers(), trace()));
    }

    private long timestamp() {
        return Math.max(command.seenTimestamp(), set.highestTimestamp());
    }

    @Override
    void fail() {
        home.meters().failed();
        if (command.origin() == WriteCommand.Origin.FRESH) {
            remember(command.id());
        }
        result.completeExceptionally(failure(dot == null ? Outcome.NOT_APPLIED : Outcome.UNKNOWN));
    }

    @Override
    void remember(WriteId id) {
        Dot minted = dot;
        if (minted != null && id.equals(command.id())) {
            home.replica().remember(key, id, minted);
        }
    }

    /** Too few replicas can be asked; nothing was minted. */
    void refuseUnreachable() {
        List<ReplicaAnswer> unreachable = new ArrayList<>();
        for (Peer peer : candidates()) {
            if (!peer.isLinked()) {
                unreachable.add(new ReplicaAnswer(peer.id(), Status.UNREACHABLE, Duration.ZERO, peer.problem()));
            }
        }
        home.meters().failed();
        result.completeExceptionally(
                new QuorumException(describe(), Outcome.NOT_APPLIED, required, reachable(), unreachable, command.id()));
    }

    private QuorumException failure(Outcome outcome) {
        return new QuorumException(describe(), outcome, required, counted(), answers(), command.id());
    }

    private String describe() {
        return (command.value() == null ? "delete " : "put ") + key;
    }

    @Override
    void finished() {
        if (dot != null && localFailure == null) {
            syncUnlessSynced(dot);
            oweWhatWasMissed();
        }
    }

    /** Whoever was to sync it has not said that it did: this node does. */
    private void syncUnlessSynced(Dot minted) {
        Peer chosen = syncing;
        Ask ask = chosen == null || chosen.isSelf() ? null : askOf(chosen);
        boolean isOpen = chosen != null && !chosen.isSelf() && (ask == null || !ask.isOk() || ask.isLost());
        // A stand-in may have handed it over by now, which syncs it as well.
        if (isOpen && home.replica().peek(key).context().contains(minted)) {
            home.replica()
                    .merge(
                            key,
                            set,
                            CausalContext.EMPTY,
                            store.keeping().synced(),
                            home.owners().holding(key),
                            ignored -> {});
        }
    }

    /** What owners have not acknowledged by now, this one owes them, unless a stand-in keeps it for them. */
    private void oweWhatWasMissed() {
        if (!home.owners().owns(key)) {
            return;
        }
        List<String> missed = new ArrayList<>(0);
        Peer[] list = home.route().preferenceList(partition);
        for (int rank = 0; rank < Math.min(store.n(), list.length); rank++) {
            Peer owner = list[rank];
            if (!owner.isSelf() && !hasAcknowledged(owner) && !isKeptFor(owner)) {
                missed.add(owner.id());
            }
        }
        if (!missed.isEmpty()) {
            home.replica().forOthers().owe(key, missed);
        }
    }

    private boolean isKeptFor(Peer owner) {
        for (Ask ask : asks) {
            if (ask.status == Status.HINTED && !ask.isLost() && ask.hintFor.contains(owner.id())) {
                return true;
            }
        }
        return false;
    }

    @Override
    long hedgeNanos() {
        return Long.MAX_VALUE / 2;
    }

    /** Whoever is only slow shall not be owed each write; for who is held down nobody waits. */
    @Override
    long stragglerNanos() {
        for (Ask ask : asks) {
            if (ask.isOpen() && ask.peer.isUp()) {
                return STRAGGLER_NANOS;
            }
        }
        return 0;
    }
}
