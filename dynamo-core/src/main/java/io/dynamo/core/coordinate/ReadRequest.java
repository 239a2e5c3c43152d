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

    private static final long STRAGGLER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final StoredKey key;
    private final CompletableFuture<ReadResult> result;
    private final long hedgeNanos;
    private VersionSet merged = VersionSet.EMPTY;
    // What each ask answered, by its place in asks; null while open.
    private VersionSet[] answers = new VersionSet[4];

    ReadRequest(
            Coordinator home, StorePolicy store, StoredKey key, ReadPlan plan, CompletableFuture<ReadResult> result) {
        super(home, store, key.partition(), new Needs(plan.r(), plan.pr()), plan.timeoutNanos(), plan.trace());
        this.key = key;
        this.result = result;
        this.hedgeNanos = home.hedgeNanos(plan.r());
    }

    /** Self first, as it costs no message; then whoever answers fastest. */
    @Override
    Peer[] order(Peer[] healthy) {
        Peer[] ordered = healthy.clone();
        Arrays.sort(ordered, Comparator.comparingLong(Peer::cost));
        return ordered;
    }

    @Override
    Message.Request message() {
        return new GetReplicaRequest(id, store.name(), key.key(), leftMicros());
    }

    @Override
    void askSelf(Ask ask) {
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
            if (list[rank].isUp() && !hasAnswered(list[rank])) {
                return false;
            }
        }
        return true;
    }

    private boolean hasAnswered(Peer peer) {
        for (Ask ask : asks) {
            if (ask.peer == peer) {
                return ask.isOk() || ask.status == Status.UNREACHABLE;
            }
        }
        return false;
    }

    @Override
    void succeed() {
        if (isTraced()) {
            note("merged to " + merged.versions().size() + " version(s)");
        }
        home.meters().read(merged.versions().size(), elapsedNanos());
        result.complete(new ReadResult(merged, answered(), trace()));
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
        result.completeExceptionally(
                new QuorumException("get " + key, Outcome.NOT_APPLIED, required, counted(), answers(), null));
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
