package io.dynamo.core.coordinate;

import io.dynamo.api.DynamoException;
import io.dynamo.api.Outcome;
import io.dynamo.api.OverloadedException;
import io.dynamo.api.StorageFailedException;
import io.dynamo.api.WriteId;
import io.dynamo.core.causality.Dot;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.replica.HintsFullException;
import io.dynamo.core.replica.Replica;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.runtime.Admission;
import io.dynamo.core.wire.Message;
import io.dynamo.spi.NodeRuntime;
import io.dynamo.spi.StorageException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The requests of one lane: begins them, finds them again when answers come, wakes them when time has passed. */
public final class Coordinator {

    private final CoordinatorParts parts;
    private final CoordinatorParts.Home home;
    private final Replica replica;
    private final InFlight inFlight;
    private final RandomGenerator random;
    private long armedNanos = Long.MAX_VALUE;
    private boolean isClosed;

    /**
     * The coordinator of one lane.
     *
     * @param parts shared by the node
     * @param home the lane
     * @param replica the lane's data
     */
    public Coordinator(CoordinatorParts parts, CoordinatorParts.Home home, Replica replica) {
        this.parts = parts;
        this.home = home;
        this.replica = replica;
        this.random = parts.runtime().random("coordinator-" + home.number());
        // A start of its own for each run, so that answers to an earlier run find nothing.
        this.inFlight = new InFlight(home.number(), random.nextLong() >>> 25);
    }

    /**
     * Which lane a response belongs to.
     *
     * @param request the request's id
     * @return the lane's number
     */
    public static int laneOf(long request) {
        return InFlight.laneOf(request);
    }

    /**
     * Reads a key.
     *
     * @param store its store
     * @param key the key
     * @param plan what the read asks for
     * @param result completed on this lane
     */
    public void get(StorePolicy store, StoredKey key, ReadPlan plan, CompletableFuture<ReadResult> result) {
        if (refuses(result)) {
            return;
        }
        ReadRequest read = new ReadRequest(this, store, key, plan, result);
        boolean all = plan.askAll() || random.nextDouble() < parts.limits().repairSample();
        // A read of one replica is asked for because it is cheap: sampling it for repair would make it dear.
        read.start(plan.askAll() || all && plan.r() > 1 ? store.n() : plan.r());
    }

    /**
     * Writes a key, here if this node may mint for it, else through one that may.
     *
     * @param store its store
     * @param key the key
     * @param command the write
     * @param plan what the write asks for
     * @param result completed on this lane
     */
    public void put(
            StorePolicy store,
            StoredKey key,
            WriteCommand command,
            WritePlan plan,
            CompletableFuture<WriteResult> result) {
        CompletableFuture<WriteResult> honest = Repeats.honest(key, command, result);
        if (refuses(honest)) {
            return;
        }
        if (owners().owns(key)) {
            coordinate(store, key, command, plan, honest);
        } else {
            Peer[] coordinators = Coordinators.of(route().preferenceList(key.partition()), store.n());
            new ForwardRequest(this, store, key, command, plan, honest, coordinators).start();
        }
    }

    /**
     * Writes a key that another node forwarded: never forwarded again, whoever this node would have chosen, as the other may
     * reach nobody else. It has not come through this node's door yet.
     *
     * @param store its store
     * @param key the key
     * @param command the write
     * @param plan what the write asks for
     * @param result completed on this lane
     * @return false if this node may not mint for the key
     */
    public boolean putForwarded(
            StorePolicy store,
            StoredKey key,
            WriteCommand command,
            WritePlan plan,
            CompletableFuture<WriteResult> result) {
        if (Arrays.stream(route().preferenceList(key.partition())).noneMatch(Peer::isSelf)) {
            return false;
        }
        CompletableFuture<WriteResult> honest = Repeats.honest(key, command, result);
        Admission admission = parts.admission();
        if (!admission.enter()) {
            honest.completeExceptionally(
                    new OverloadedException("put " + key + ": " + admission.refusal(), Admission.RETRY_AFTER));
            return true;
        }
        var unused = result.whenComplete((done, failure) -> admission.leave());
        if (!refuses(honest)) {
            coordinate(store, key, command, plan, honest);
        }
        return true;
    }

    /**
     * Lists a page of the keys of a partition that have a value.
     *
     * @param store the store
     * @param partition the partition
     * @param after the key before the page
     * @param plan what the read asks for
     * @param result completed on this lane
     */
    public void keys(StorePolicy store, int partition, byte[] after, ReadPlan plan, CompletableFuture<KeyPage> result) {
        if (!refuses(result)) {
            new PageRequest(this, store, partition, after, plan, result).start(plan.askAll() ? store.n() : plan.r());
        }
    }

    /**
     * An answer came.
     *
     * @param from who answered
     * @param response the answer
     */
    public void onResponse(Peer from, Message.Response response) {
        from.replied();
        PendingRequest request = inFlight.find(response.request());
        if (request != null) {
            request.onResponse(from, response);
        }
    }

    /**
     * Remembers a write, whether it still waits for acknowledgements or is done.
     *
     * @param key the key
     * @param id the write
     * @param result its result, completed on this lane
     */
    public void remember(StoredKey key, WriteId id, CompletableFuture<WriteResult> result) {
        inFlight.forEach(request -> request.remember(id));
        if (result.isDone()) {
            var unused = result.thenAccept(done -> {
                if (done.coordinator().equals(self().id())) {
                    replica.remember(key, id, done.dot());
                }
            });
        }
    }

    /** Fails every request that waits. */
    public void close() {
        isClosed = true;
        inFlight.forEach(PendingRequest::onClose);
    }

    /**
     * Whether a request may still send, or merge, what was true of a key before some time.
     *
     * @param key the key
     * @param beforeNanos the time
     * @return also if it is a write, whenever it began: a write may repeat another one
     */
    public boolean mayHold(StoredKey key, long beforeNanos) {
        boolean[] any = {false};
        inFlight.forEach(request -> any[0] |= request.mayHold(key, beforeNanos));
        return any[0];
    }

    /**
     * How many requests wait for answers.
     *
     * @return the number
     */
    public int waiting() {
        return inFlight.size();
    }

    /**
     * Reads a page of the keys this node holds.
     *
     * @param store the store
     * @param partition the partition
     * @param after the key before the page
     * @param limit most keys in it
     * @param answer gets the page, without a request id
     */
    public void listKeys(String store, int partition, byte[] after, int limit, KeyLister.Answer answer) {
        KeyLister.list(parts.engine(), replica, new KeyLister.Range(store, partition, after, limit), answer);
    }

    /** Writes a key here, whether this node is an owner or stands in for them. */
    void coordinate(
            StorePolicy store,
            StoredKey key,
            WriteCommand command,
            WritePlan plan,
            CompletableFuture<WriteResult> result) {
        attempt(key, result, () -> {
            refuseOldWriteId(command);
            Replica.Remembered earlier =
                    command.origin() == WriteCommand.Origin.FRESH ? null : replica.remembered(key, command.id());
            if (earlier != null && earlier.isHeld()) {
                new WriteRequest(this, store, key, command, plan, result).repeat(earlier.dot(), VersionSet.EMPTY);
            } else if (mustLook(key, command, earlier)) {
                readThenMint(store, key, command, plan, result);
            } else {
                mint(store, key, command, plan, result);
            }
        });
    }

    /**
     * What was minted here and is not held any more may have been handed over, and overwritten there; or was lost with the
     * data directory.
     */
    private boolean mustLook(StoredKey key, WriteCommand command, Replica.@Nullable Remembered earlier) {
        return switch (command.origin()) {
            case ELSEWHERE -> true;
            case LOOKED -> false;
            case REPEATABLE -> earlier != null || isBehind(key.partition());
            case FIRST, FRESH -> earlier != null;
        };
    }

    /** Whether this node has lost what it held of a partition, and says nothing of it to readers. */
    boolean isBehind(int partition) {
        return parts.behind().lacks(partition);
    }

    private static void attempt(StoredKey key, CompletableFuture<WriteResult> result, Runnable step) {
        try {
            step.run();
        } catch (StorageException e) {
            result.completeExceptionally(
                    new StorageFailedException("put " + key + ": " + e.getMessage(), Outcome.NOT_APPLIED, e));
        } catch (DynamoException | IllegalArgumentException | HintsFullException e) {
            result.completeExceptionally(e);
        }
    }

    /**
     * Another node may have minted this write, or this one did and does not hold it any more: what a majority knows comes
     * first, so that it is not minted twice. A coordinator that is cut off mints all the same, after half the time: it stays
     * writeable, and the two versions count as one.
     */
    private void readThenMint(
            StorePolicy store,
            StoredKey key,
            WriteCommand command,
            WritePlan plan,
            CompletableFuture<WriteResult> result) {
        CompletableFuture<ReadResult> read = new CompletableFuture<>();
        long startNanos = parts.runtime().nanoTime();
        ReadRequest.look(this, store, key, plan.timeoutNanos() / 2, read);
        var unused = read.whenComplete((found, failure) -> {
            if (isClosed) {
                result.completeExceptionally(closed());
                return;
            }
            long leftNanos = plan.timeoutNanos() - (parts.runtime().nanoTime() - startNanos);
            WritePlan rest = plan.within(Math.max(1, leftNanos));
            VersionSet known = found == null ? VersionSet.EMPTY : found.set();
            if (owners().owns(key)) {
                if (found != null) {
                    replica.merge(key, known, store.keeping(), ignored -> {});
                }
                coordinate(store, key, command.looked(), rest, result);
            } else {
                repeatOrMint(store, key, command.looked(), rest, result, known);
            }
        });
    }

    /** A stand-in keeps what it has read only if it is the write itself: else it would hand over what it has read (T21). */
    private void repeatOrMint(
            StorePolicy store,
            StoredKey key,
            WriteCommand command,
            WritePlan plan,
            CompletableFuture<WriteResult> result,
            VersionSet known) {
        attempt(key, result, () -> {
            Dot there = mintedBefore(key, command.id(), known);
            if (there == null) {
                coordinate(store, key, command, plan, result);
            } else {
                new WriteRequest(this, store, key, command, plan, result).repeat(there, known);
            }
        });
    }

    private @Nullable Dot mintedBefore(StoredKey key, WriteId id, VersionSet known) {
        Replica.Remembered here = replica.remembered(key, id);
        if (here != null && known.context().contains(here.dot())) {
            return here.dot();
        }
        for (Version version : known.versions()) {
            if (version.writeId().equals(id)) {
                return version.dot();
            }
        }
        return null;
    }

    private void mint(
            StorePolicy store,
            StoredKey key,
            WriteCommand command,
            WritePlan plan,
            CompletableFuture<WriteResult> result) {
        WriteRequest request = new WriteRequest(this, store, key, command, plan, result);
        if (!request.canReachEnough()) {
            request.refuseUnreachable();
            return;
        }
        WriteLimits.check(replica, store, key, command, parts.runtime().wallMillis());
        request.begin();
    }

    private void refuseOldWriteId(WriteCommand command) {
        long age = parts.runtime().wallMillis() - command.id().epochMillis();
        if (command.isRepeat() && age > parts.limits().retryWindowMillis()) {
            throw new IllegalArgumentException("write id " + command.id() + " is " + age
                    + " ms old; retry.window is " + parts.limits().retryWindowMillis()
                    + " ms, so it is no longer known whether it was applied");
        }
    }

    private static StorageFailedException closed() {
        return new StorageFailedException("the node was closed", Outcome.UNKNOWN, null);
    }

    private boolean refuses(CompletableFuture<?> result) {
        if (isClosed) {
            result.completeExceptionally(new IllegalStateException("the node is closed"));
            return true;
        }
        if (inFlight.isFull()) {
            parts.meters().shed();
            result.completeExceptionally(new OverloadedException(
                    inFlight.size() + " requests wait on this lane already", Admission.RETRY_AFTER));
            return true;
        }
        return false;
    }

    /** Gives a request an id by which answers find it. */
    void track(PendingRequest request) {
        if (request.id == 0) {
            inFlight.add(request);
        }
    }

    void untrack(PendingRequest request) {
        if (request.id != 0) {
            inFlight.remove(request);
        }
    }

    /** One timer serves all requests of the lane; it is only ever moved forward. */
    void wakeBy(long nanos) {
        if (nanos < armedNanos) {
            armedNanos = nanos;
            parts.runtime()
                    .schedule(
                            nanos - parts.runtime().nanoTime(),
                            () -> home.lane().execute(() -> wake(nanos)));
        }
    }

    private void wake(long armedFor) {
        if (armedFor != armedNanos) {
            return;
        }
        armedNanos = Long.MAX_VALUE;
        long now = parts.runtime().nanoTime();
        inFlight.forEach(request -> {
            if (request.wakeNanos <= now) {
                request.onWake(now);
            }
        });
        long[] next = {Long.MAX_VALUE};
        inFlight.forEach(request -> next[0] = Math.min(next[0], request.wakeNanos));
        if (next[0] != Long.MAX_VALUE) {
            wakeBy(next[0]);
        }
    }

    /** Runs a task on the lane of this coordinator. */
    void execute(Runnable task) {
        home.lane().execute(task);
    }

    /** When a read of r replicas asks one more: when the fastest others would be overdue. */
    long hedgeNanos(int r) {
        long overdue = 0;
        if (r > 1) {
            for (Peer peer : route().preferenceList(0)) {
                overdue = Math.max(overdue, peer.isSelf() ? 0 : peer.overdueNanos());
            }
        }
        CoordinatorParts.Limits limits = parts.limits();
        return Math.min(limits.hedgeMaxNanos(), Math.max(limits.hedgeMinNanos(), overdue));
    }

    NodeRuntime runtime() {
        return parts.runtime();
    }

    Replica replica() {
        return replica;
    }

    Route route() {
        return parts.route().get();
    }

    Peer self() {
        return parts.self();
    }

    Owners owners() {
        return parts.owners();
    }

    Meters meters() {
        return parts.meters();
    }
}
