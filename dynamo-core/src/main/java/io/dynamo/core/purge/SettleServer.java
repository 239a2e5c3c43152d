package io.dynamo.core.purge;

import io.dynamo.core.coordinate.CoordinatorParts;
import io.dynamo.core.replica.Deletes;
import io.dynamo.core.replica.Deletes.Candidate;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.runtime.LookupTable;
import io.dynamo.core.wire.SettleRequest;
import io.dynamo.core.wire.SettleResponse;
import io.dynamo.spi.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Answers the steps on the way to a purge, or to forgetting, for this node as for others. Confined to the lane. */
final class SettleServer {

    private final CoordinatorParts shared;
    private final Deletes deletes;
    private final Older older;
    private final int partitions;
    private final LookupTable<Integer, Voted> votes = new LookupTable<>();
    private final LookupTable<Integer, Watch> watches = new LookupTable<>();

    /** A vote, so that a question that comes twice is answered in the same way; no places while it is not yet synced. */
    private record Voted(
            String asker,
            long request,
            long epoch,
            @Nullable List<Integer> agreed) {

        boolean isOf(String other, SettleRequest same) {
            return asker.equals(other) && request == same.request() && epoch == same.epoch();
        }
    }

    /** What somebody has asked about since when, and of which keys it was told that nothing is under way. */
    private record Watch(
            String asker, long epoch, long sinceNanos, List<StoredKey> keys, LookupTable<StoredKey, Boolean> cleared) {

        boolean isOf(String other, long number) {
            return asker.equals(other) && epoch == number;
        }
    }

    SettleServer(CoordinatorParts shared, Deletes deletes, Older older, int partitions) {
        this.shared = shared;
        this.deletes = deletes;
        this.older = older;
        this.partitions = partitions;
    }

    /** Answers, at once or when the disk has it; null says nothing, as if the question had not come. */
    void answer(String asker, SettleRequest request, Consumer<@Nullable SettleResponse> done) {
        try {
            List<Candidate> items = new ArrayList<>(request.items().size());
            for (SettleRequest.Item item : request.items()) {
                StoredKey key = StoredKey.of(request.store(), item.key(), partitions);
                if (key.partition() != request.partition()) {
                    return;
                }
                items.add(new Candidate(key, item.digest(), item.entries()));
            }
            switch (request.step()) {
                case VOTE -> vote(asker, request, items, done);
                case CLEAR -> clear(asker, request, items, done);
                case CONFIRM -> confirm(asker, request, items, done);
                case ORDER -> order(request, items, done);
                default -> throw new IllegalStateException("no such step: " + request.step());
            }
        } catch (StorageException e) {
            done.accept(null);
        }
    }

    /** What is said is on the disk for good, and the number as well: a disk that shows a lower one is an old copy. */
    private void vote(
            String asker, SettleRequest request, List<Candidate> items, Consumer<@Nullable SettleResponse> done) {
        int partition = request.partition();
        long known = deletes.epoch(partition);
        Voted before = votes.get(partition);
        if (before != null && before.isOf(asker, request)) {
            if (before.agreed() != null) {
                done.accept(new SettleResponse(request.request(), known, before.agreed()));
            }
            return;
        }
        if (request.epoch() <= known || shared.behind().lacks(partition)) {
            done.accept(new SettleResponse(request.request(), known, List.of()));
            return;
        }
        List<Integer> agreed = places(items, deletes::agrees);
        votes.put(partition, new Voted(asker, request.request(), request.epoch(), null));
        deletes.sync(partition, request.epoch(), failure -> {
            if (failure == null) {
                votes.put(partition, new Voted(asker, request.request(), request.epoch(), agreed));
                done.accept(new SettleResponse(request.request(), request.epoch(), agreed));
            } else {
                done.accept(null);
            }
        });
    }

    private static List<Integer> places(List<Candidate> items, Predicate<Candidate> which) {
        List<Integer> places = new ArrayList<>(items.size());
        for (int place = 0; place < items.size(); place++) {
            if (which.test(items.get(place))) {
                places.add(place);
            }
        }
        return places;
    }

    /**
     * Every owner has voted by now: what begins from here on knows at least what they held. What began before must have had its
     * end. Synced, as what was kept for others and handed over must not come back with a crash.
     */
    private void clear(
            String asker, SettleRequest request, List<Candidate> items, Consumer<@Nullable SettleResponse> done) {
        int partition = request.partition();
        long known = deletes.epoch(partition);
        if (request.epoch() < known) {
            done.accept(new SettleResponse(request.request(), known, List.of()));
            return;
        }
        Watch watch = watch(asker, request, items);
        List<Integer> agreed =
                places(items, item -> deletes.isUntouched(item.key()) && !older.isAny(item.key(), watch.sinceNanos()));
        List<StoredKey> clear =
                agreed.stream().map(place -> items.get(place).key()).toList();
        deletes.sync(partition, request.epoch(), clear, failure -> {
            if (failure == null) {
                agreed.forEach(place -> watch.cleared().put(items.get(place).key(), Boolean.TRUE));
                done.accept(new SettleResponse(request.request(), request.epoch(), agreed));
            } else {
                done.accept(null);
            }
        });
    }

    private Watch watch(String asker, SettleRequest request, List<Candidate> items) {
        Watch known = watches.get(request.partition());
        if (known != null && known.isOf(asker, request.epoch())) {
            return known;
        }
        if (known != null) {
            known.keys().forEach(deletes::forget);
        }
        List<StoredKey> keys = items.stream().map(Candidate::key).toList();
        Watch watch = new Watch(asker, request.epoch(), shared.runtime().nanoTime(), keys, new LookupTable<>());
        keys.forEach(deletes::watch);
        watches.put(request.partition(), watch);
        return watch;
    }

    /** A frame that was on its way when all was clear may have brought something since; after a restart nobody knows. */
    private void confirm(
            String asker, SettleRequest request, List<Candidate> items, Consumer<@Nullable SettleResponse> done) {
        Watch watch = watches.get(request.partition());
        long known = deletes.epoch(request.partition());
        if (watch == null || !watch.isOf(asker, request.epoch())) {
            done.accept(new SettleResponse(request.request(), known, List.of()));
            return;
        }
        List<Integer> agreed = places(
                items,
                item -> watch.cleared().get(item.key()) != null
                        && deletes.isUntouched(item.key())
                        && !deletes.isKeptForOthers(item.key()));
        done.accept(new SettleResponse(request.request(), known, agreed));
    }

    /** A record that has become more since the vote has seen the tombstone, and stays. */
    private void order(SettleRequest request, List<Candidate> items, Consumer<@Nullable SettleResponse> done) {
        SettleResponse all =
                new SettleResponse(request.request(), deletes.epoch(request.partition()), places(items, item -> true));
        for (Candidate item : items) {
            shared.meters().removed(deletes.remove(item), item.isPurge());
        }
        if (request.epoch() == 0) {
            // One that was missed: it is in the batch of whoever says so.
            done.accept(all);
        } else {
            deletes.ordered(request.partition(), request.epoch());
            deletes.removed(request.partition(), items, failure -> done.accept(failure == null ? all : null));
        }
    }
}
