package io.dynamo.core;

import io.dynamo.api.DynamoException;
import io.dynamo.api.LimitException;
import io.dynamo.api.Outcome;
import io.dynamo.api.OverloadedException;
import io.dynamo.api.QuorumException;
import io.dynamo.core.coordinate.Coordinator;
import io.dynamo.core.coordinate.CoordinatorParts;
import io.dynamo.core.coordinate.Owners;
import io.dynamo.core.coordinate.Peer;
import io.dynamo.core.coordinate.StorePolicy;
import io.dynamo.core.coordinate.WriteCommand;
import io.dynamo.core.coordinate.WritePlan;
import io.dynamo.core.coordinate.WriteResult;
import io.dynamo.core.replica.HintsFullException;
import io.dynamo.core.replica.Holding;
import io.dynamo.core.replica.Keeping;
import io.dynamo.core.replica.Replica;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.wire.CoordinatePutRequest;
import io.dynamo.core.wire.CoordinatePutResponse;
import io.dynamo.core.wire.CoordinatePutResponse.Failure;
import io.dynamo.core.wire.GetReplicaRequest;
import io.dynamo.core.wire.GetReplicaResponse;
import io.dynamo.core.wire.ListKeysRequest;
import io.dynamo.core.wire.ListKeysResponse;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.ProbeRequest;
import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.core.wire.PutReplicaResponse;
import io.dynamo.core.wire.Rejection;
import io.dynamo.spi.StorageException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Does on one lane what other nodes ask for. */
final class RequestServer {

    /** Forwarded writes under way or refused that are remembered, and as many that were applied. */
    private static final int COPIES_MAX = 1_024;

    private final Replica replica;
    private final Coordinator coordinator;
    private final Owners owners;
    private final CoordinatorParts shared;
    private final Stores stores;
    // A network may double a frame: the copy must not do what the first was told is not done.
    private final Map<Forwarded, Optional<CoordinatePutResponse>> forwarded = new Latest<>();
    // Nor may a copy be told that nothing was done, when the first was or may have been applied.
    private final Map<Forwarded, Boolean> applied = new Latest<>();

    private record Forwarded(String from, long request) {}

    private static final class Latest<V> extends LinkedHashMap<Forwarded, V> {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Forwarded, V> eldest) {
            return size() > COPIES_MAX;
        }
    }

    RequestServer(Replica replica, Coordinator coordinator, CoordinatorParts shared, Stores stores) {
        this.replica = replica;
        this.coordinator = coordinator;
        this.owners = shared.owners();
        this.shared = shared;
        this.stores = stores;
    }

    /** Does what is asked for; false if it is for somebody else to do. */
    boolean serve(Peer from, @Nullable StoredKey key, Message.Request request) {
        if (request instanceof ListKeysRequest list) {
            listKeys(from, list);
        } else if (request instanceof ProbeRequest probe) {
            ProbeServer.answer(shared.engine(), from, probe);
        } else if (key != null && request instanceof GetReplicaRequest get) {
            get(from, key, get);
        } else if (key != null && request instanceof PutReplicaRequest put) {
            put(from, key, stores.policy(put.store()), put);
        } else if (key != null && request instanceof CoordinatePutRequest put) {
            coordinate(from, key, stores.policy(put.store()), put);
        } else {
            return false;
        }
        return true;
    }

    /** What this node has lost is not "not found": a reader is told nothing, and asks another replica. */
    private boolean refusesReader(Peer from, long request, int partition) {
        boolean isBehind = shared.behind().lacks(partition);
        if (isBehind) {
            from.send(new Rejection(request, Rejection.Reason.BEHIND, "of partition " + partition));
        }
        return isBehind;
    }

    private void get(Peer from, StoredKey key, GetReplicaRequest request) {
        if (refusesReader(from, request.request(), key.partition())) {
            return;
        }
        replica.read(key, (set, failure) -> {
            if (set != null) {
                from.send(new GetReplicaResponse(request.request(), set));
            } else {
                reject(from, request.request(), failure);
            }
        });
    }

    private void put(Peer from, StoredKey key, StorePolicy store, PutReplicaRequest request) {
        String wrong = misplaced(key, request.hintFor());
        if (!wrong.isEmpty()) {
            reject(from, request, Rejection.Reason.OTHER_PLACEMENT, wrong);
            return;
        }
        Keeping keeping = request.sync() ? store.keeping().synced() : store.keeping();
        Holding holding = new Holding(request.hintFor());
        boolean mightDrop = shared.behind().mayDrop(key.partition());
        try {
            replica.merge(key, request.set(), request.forgotten(), keeping, holding, failure -> {
                if (request.request() == 0) {
                    return;
                }
                if (failure == null) {
                    boolean mayDrop = mightDrop || shared.behind().mayDrop(key.partition());
                    from.send(new PutReplicaResponse(request.request(), mayDrop));
                } else {
                    reject(from, request.request(), failure);
                }
            });
        } catch (HintsFullException e) {
            reject(from, request, Rejection.Reason.HINTS_FULL, String.valueOf(e.getMessage()));
        }
    }

    /** Why a write does not belong here: an owner keeps it as its own, anybody else for owners. */
    private String misplaced(StoredKey key, List<String> hintFor) {
        if (owners.owns(key) != hintFor.isEmpty()) {
            return key + (hintFor.isEmpty() ? " is not mine" : " is mine") + ", hint for " + hintFor;
        }
        for (String target : hintFor) {
            if (owners.owner(key, target) == null) {
                return target + " is no owner of " + key;
            }
        }
        return "";
    }

    private static void reject(Peer from, PutReplicaRequest request, Rejection.Reason reason, String why) {
        if (request.request() != 0) {
            from.send(new Rejection(request.request(), reason, why));
        }
    }

    private void listKeys(Peer from, ListKeysRequest request) {
        if (refusesReader(from, request.request(), request.partition())) {
            return;
        }
        coordinator.listKeys(
                request.store(), request.partition(), request.after(), request.limit(), (page, failure) -> {
                    if (page != null) {
                        from.send(new ListKeysResponse(request.request(), page.entries(), page.more()));
                    } else {
                        reject(from, request.request(), failure);
                    }
                });
    }

    private void coordinate(Peer from, StoredKey key, StorePolicy store, CoordinatePutRequest request) {
        Forwarded name = new Forwarded(from.id(), request.request());
        Optional<CoordinatePutResponse> before = forwarded.putIfAbsent(name, Optional.empty());
        if (before != null) {
            // Refused once, refused for good; one under way is answered when it is done.
            before.ifPresent(from::send);
            return;
        }
        CoordinatePutRequest.Write write = request.write();
        WriteCommand command = new WriteCommand(
                write.id(),
                write.seen(),
                write.blind(),
                write.seenTimestamp(),
                write.value(),
                origin(request.before(), applied.containsKey(name)));
        WritePlan plan = new WritePlan(
                request.quorum().w(),
                request.quorum().pw(),
                request.quorum().durable(),
                TimeUnit.MICROSECONDS.toNanos(request.timeoutMicros()),
                false,
                write.expiresAfterMillis());
        CompletableFuture<WriteResult> result = new CompletableFuture<>();
        if (!coordinator.putForwarded(store, key, command, plan, result)) {
            answer(
                    from,
                    name,
                    failed(request.request(), Failure.NOT_COORDINATOR, "not in the preference list of " + key));
            return;
        }
        var unused = result.whenComplete((done, failure) -> answer(
                from, name, failure == null ? succeeded(request.request(), done) : failed(request.request(), failure)));
    }

    private static WriteCommand.Origin origin(CoordinatePutRequest.Before before, boolean wasApplied) {
        return switch (before) {
            case NOWHERE -> wasApplied ? WriteCommand.Origin.REPEATABLE : WriteCommand.Origin.FIRST;
            case HERE -> WriteCommand.Origin.REPEATABLE;
            case ELSEWHERE -> WriteCommand.Origin.ELSEWHERE;
        };
    }

    private void answer(Peer from, Forwarded name, CoordinatePutResponse response) {
        if (response.failure() == Failure.NONE || response.outcome() == Outcome.UNKNOWN) {
            // It can be repeated: its write id keeps it from being minted again.
            forwarded.remove(name);
            applied.put(name, true);
        } else {
            forwarded.put(name, Optional.of(response));
        }
        from.send(response);
    }

    private static CoordinatePutResponse succeeded(long request, WriteResult done) {
        return new CoordinatePutResponse(
                request,
                Failure.NONE,
                "",
                Outcome.NOT_APPLIED,
                0,
                0,
                done.answers(),
                Optional.of(done.dot()),
                done.timestamp());
    }

    private static CoordinatePutResponse failed(long request, Throwable failure) {
        String reason = String.valueOf(failure.getMessage());
        if (failure instanceof QuorumException quorum) {
            return new CoordinatePutResponse(
                    request,
                    Failure.QUORUM,
                    quorum.operation(),
                    quorum.outcome(),
                    quorum.required(),
                    quorum.acknowledged(),
                    quorum.replicas(),
                    Optional.empty(),
                    0);
        }
        if (failure instanceof OverloadedException) {
            return failed(request, Failure.OVERLOADED, reason);
        }
        if (failure instanceof HintsFullException) {
            return failed(request, Failure.HINTS_FULL, reason);
        }
        if (failure instanceof LimitException) {
            return failed(request, Failure.LIMIT, reason);
        }
        if (failure instanceof IllegalStateException) {
            return failed(request, Failure.NOT_COORDINATOR, reason);
        }
        return failed(request, failure instanceof DynamoException ? Failure.STORAGE : Failure.WRITE_ID, reason);
    }

    private static CoordinatePutResponse failed(long request, Failure failure, String reason) {
        return new CoordinatePutResponse(
                request, failure, reason, Outcome.NOT_APPLIED, 0, 0, List.of(), Optional.empty(), 0);
    }

    private static void reject(Peer from, long request, @Nullable StorageException failure) {
        from.send(new Rejection(request, Rejection.Reason.STORAGE_FAILED, String.valueOf(failure)));
    }
}
