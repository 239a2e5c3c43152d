package io.dynamo.core.coordinate;

import io.dynamo.api.Outcome;
import io.dynamo.api.QuorumException;
import io.dynamo.api.ReplicaAnswer.Status;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.wire.ListKeysRequest;
import io.dynamo.core.wire.ListKeysResponse;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.Rejection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One page of the keys of a partition: what R replicas know together, up to the key that all of them have reached. Never a
 * partial answer.
 */
final class PageRequest extends QuorumRequest {

    static final int KEYS_PER_PAGE = 256;

    private final byte[] after;
    private final CompletableFuture<KeyPage> result;
    private final List<ListKeysResponse> pages = new ArrayList<>(3);

    PageRequest(
            Coordinator home,
            StorePolicy store,
            int partition,
            byte[] after,
            ReadPlan plan,
            CompletableFuture<KeyPage> result) {
        super(home, store, partition, new Needs(plan.r(), plan.pr()), plan.timeoutNanos(), plan.trace());
        this.after = after;
        this.result = result;
    }

    /** Owners only: what stand-ins keep is listed when it has been handed over. */
    @Override
    Candidates candidates(Peer[] list) {
        return Candidates.primaries(list, store.n());
    }

    @Override
    Message.Request message(Ask ask) {
        return new ListKeysRequest(id, store.name(), partition, after, KEYS_PER_PAGE, leftMicros());
    }

    @Override
    void askSelf(Ask ask) {
        if (home.isBehind(partition)) {
            refused(ask, Rejection.Reason.BEHIND.toString());
            return;
        }
        home.listKeys(store.name(), partition, after, KEYS_PER_PAGE, (page, failure) -> {
            if (page != null) {
                pages.add(page);
                accepted(ask, Status.VALUE);
            } else {
                refused(ask, String.valueOf(failure));
            }
        });
    }

    @Override
    @Nullable
    Status take(Ask ask, Message.Response response) {
        if (!(response instanceof ListKeysResponse page)) {
            return null;
        }
        pages.add(page);
        return Status.VALUE;
    }

    @Override
    boolean counts(Ask ask) {
        return ask.isOk() && ask.isPrimary;
    }

    @Override
    void succeed() {
        byte[] horizon = null;
        for (ListKeysResponse page : pages) {
            if (page.more()) {
                byte[] last = page.entries().get(page.entries().size() - 1).key();
                horizon = horizon == null || Arrays.compareUnsigned(last, horizon) < 0 ? last : horizon;
            }
        }
        Map<byte[], VersionSet> known = new TreeMap<>(Arrays::compareUnsigned);
        for (ListKeysResponse page : pages) {
            for (ListKeysResponse.Entry entry : page.entries()) {
                if (horizon == null || Arrays.compareUnsigned(entry.key(), horizon) <= 0) {
                    known.merge(entry.key(), entry.set(), VersionSet::merge);
                }
            }
        }
        long wallMillis = home.runtime().wallMillis();
        List<byte[]> keys = new ArrayList<>(known.size());
        known.forEach((key, set) -> {
            VersionSet visible = store.lastWriteOnly() ? set.lastWriteOnly() : set;
            if (visible.asOf(wallMillis).hasValue()) {
                keys.add(key);
            }
        });
        result.complete(new KeyPage(keys, horizon == null ? after : horizon, horizon != null));
    }

    @Override
    void fail() {
        result.completeExceptionally(new QuorumException(
                "keys of " + store.name() + " in partition " + partition,
                Outcome.NOT_APPLIED,
                required,
                counted(),
                answers(),
                null));
    }

    @Override
    void finished() {}

    @Override
    long hedgeNanos() {
        return TimeUnit.MILLISECONDS.toNanos(100);
    }

    @Override
    long stragglerNanos() {
        return 0;
    }
}
