package io.dynamo.core.coordinate;

import io.dynamo.api.Outcome;
import io.dynamo.api.QuorumException;
import io.dynamo.api.ReplicaAnswer.Status;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.wire.GetReplicaRequest;
import io.dynamo.core.wire.GetReplicaResponse;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.core.wire.Rejection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A read (Dynamo §4.5, §5): asks R replicas, one more whenever one is overdue or fails, merges what they know, answers,
 * and then brings replicas up to date that know less (read repair).
 */
final class ReadRequest extends QuorumRequest {

    private static final int STAND_INS_LOOKED_AT = 2;

    /** A read that is older than its session asks again this often within its time. */
    private static final int SESSION_LOOKS = 8;

    private static final long STRAGGLER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final StoredKey key;
    private final CompletableFuture<ReadResult> result;
    private final long hedgeNanos;
    private final boolean isLook;
    private final Session session;
    // There were enough answers, so that only what they know may be too old.
    private boolean hadQuorum;
    private VersionSet merged = VersionSet.EMPTY;
    // What each ask answered, by its place in asks; null while open.
    private VersionSet[] answers = new VersionSet[4];

    ReadRequest(
            Coordinator home, StorePolicy store, StoredKey key, ReadPlan plan, CompletableFuture<ReadResult> result) {
        this(home, store, key, plan, result, false);
    }

    private ReadRequest(
            Coordinator home,
            StorePolicy store,
            StoredKey key,
            ReadPlan plan,
            CompletableFuture<ReadResult> result,
            boolean isLook) {
        super(home, store, key.partition(), new Needs(plan.r(), plan.pr()), plan.timeoutNanos(), plan.trace());
        this.key = key;
        this.result = result;
        this.hedgeNanos = home.hedgeNanos(plan.r());
        this.isLook = isLook;
        this.session = plan.session();
    }

    /** A read for a write that may have been minted before: of a majority, and of the stand-ins that may have minted it. */
    static void look(
            Coordinator home,
            StorePolicy store,
            StoredKey key,
            long timeoutNanos,
            CompletableFuture<ReadResult> result) {
        int majority = store.n() / 2 + 1;
        ReadRequest look =
                new ReadRequest(home, store, key, new ReadPlan(majority, 0, false, timeoutNanos, false), result, true);
        look.start(look.candidates().length > store.n() ? store.n() + STAND_INS_LOOKED_AT : majority);
    }

    /**
     * Owners first, this node before the others as it costs no message, then whoever answers fastest; then stand-ins, whose
     * records hold what was written during one outage (traps T14).
     */
    @Override
    Candidates candidates(Peer[] list) {
        return Candidates.of(list, store.n())
                .sorted(Comparator.<Peer>comparingInt(peer -> !peer.isUp() ? 2 : isPrimary(peer) ? 0 : 1)
                        .thenComparingLong(Peer::cost));
    }

    /** What comes of a look is written; any other read that began later has only been told what was true later. */
    @Override
    boolean mayHold(StoredKey other, long beforeNanos) {
        return key.equals(other) && (isLook || startNanos - beforeNanos <= 0);
    }

    @Override
    Message.Request message(Ask ask) {
        return new GetReplicaRequest(id, store.name(), key.key(), leftMicros());
    }

    @Override
    void askSelf(Ask ask) {
        if (home.isBehind(key.partition())) {
            refused(ask, Rejection.Reason.BEHIND.toString());
            return;
        }
        home.replica().read(key, (set, failure) -> {
            if (set != null) {
                accepted(ask, know(ask, set));
            } else {
                refused(ask, String.valueOf(failure));
            }
        });
    }

    @Override
    @Nullable
    Status take(Ask ask, Message.Response response) {
        return response instanceof GetReplicaResponse get ? know(ask, get.set()) : null;
    }

    private Status know(Ask ask, VersionSet set) {
        int place = asks.indexOf(ask);
        if (place >= answers.length) {
            answers = Arrays.copyOf(answers, place + 2);
        }
        answers[place] = set;
        VersionSet joined = merged.merge(set);
        merged = store.lastWriteOnly() ? joined.lastWriteOnly() : joined;
        return set.hasValue() ? Status.VALUE : set.isEmpty() ? Status.NOT_FOUND : Status.TOMBSTONE;
    }

    /** A stand-in that has never heard of the key says nothing, unless there is no primary left to say it (traps T14). */
    @Override
    boolean counts(Ask ask) {
        return ask.isOk() && (ask.isPrimary || ask.status != Status.NOT_FOUND || allPrimariesAnswered());
    }

    private boolean allPrimariesAnswered() {
        Peer[] list = home.route().preferenceList(key.partition());
        for (int rank = 0; rank < store.n() && rank < list.length; rank++) {
            if (!hasSpoken(list[rank])) {
                return false;
            }
        }
        return true;
    }

    /** Whether an owner has answered, or will not. One that failed may know what a stand-in does not. */
    private boolean hasSpoken(Peer owner) {
        Ask ask = askOf(owner);
        if (ask == null) {
            return !owner.isLinked();
        }
        return ask.isOk()
                || ask.status == Status.UNREACHABLE
                || ask.isOpen() && (!owner.isLinked() || ask.isOverdue && owner.isHeldDown());
    }

    /**
     * A look waits for stand-ins, too: the first copy of a write may be with one of them although its owners are back. A
     * session waits until what it has seen is in the answers.
     */
    @Override
    boolean isEnough() {
        hadQuorum = true;
        if (!isLook) {
            return session.isSatisfiedBy(merged);
        }
        return elapsedNanos() >= patienceNanos()
                || asks.stream().noneMatch(ask -> ask.isOpen() && !ask.isPrimary && ask.peer.isUp());
    }

    @Override
    long patienceNanos() {
        return isLook ? (deadlineNanos - startNanos) / 2 : 0;
    }

    @Override
    long againNanos() {
        return !hadQuorum || session.isNone() || session.isExpired() ? 0 : (deadlineNanos - startNanos) / SESSION_LOOKS;
    }

    /** A write comes to the owners, or to who has the key already; there may be very many others. */
    @Override
    boolean isWorthAskingAgain(Ask ask) {
        return ask.isPrimary || ask.status != Status.NOT_FOUND;
    }

    @Override
    void succeed() {
        if (isTraced()) {
            note("merged to " + merged.versions().size() + " version(s)");
        }
        home.meters().read(merged.versions().size(), elapsedNanos());
        boolean isGivenUp = session.isSatisfiedBy(merged) && !session.isKeptBy(merged);
        result.complete(new ReadResult(merged, answered(), trace(), isGivenUp));
    }

    private List<String> answered() {
        List<String> ids = new ArrayList<>(asks.size());
        for (Ask ask : asks) {
            if (ask.isOk()) {
                ids.add(ask.peer.id());
            }
        }
        return ids;
    }

    @Override
    void fail() {
        home.meters().failed();
        String operation = "get " + key + (session.isKeptBy(merged) ? "" : ", not older than its session,");
        result.completeExceptionally(
                new QuorumException(operation, Outcome.NOT_APPLIED, required, counted(), answers(), null));
    }

    @Override
    long hedgeNanos() {
        return hedgeNanos;
    }

    @Override
    long stragglerNanos() {
        return STRAGGLER_NANOS;
    }

    /** Read repair, of primaries only: a stand-in would have to hand over what was only read (traps T21). */
    @Override
    void finished() {
        if (merged.isEmpty()) {
            return;
        }
        for (int place = 0; place < asks.size(); place++) {
            Ask ask = asks.get(place);
            VersionSet known = place < answers.length ? answers[place] : null;
            if (known == null || !ask.isPrimary || known.merge(merged) == known) {
                continue;
            }
            home.meters().repaired();
            if (ask.peer.isSelf()) {
                home.replica().merge(key, merged, store.keeping(), failure -> {});
            } else {
                ask.peer.send(
                        new PutReplicaRequest(0, store.name(), key.key(), merged, false, TimeUnit.SECONDS.toMicros(1)));
            }
        }
    }
}
