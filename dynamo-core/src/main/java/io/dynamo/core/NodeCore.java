package io.dynamo.core;

import io.dynamo.api.Health;
import io.dynamo.api.Outcome;
import io.dynamo.api.Status;
import io.dynamo.api.StorageFailedException;
import io.dynamo.api.View;
import io.dynamo.api.WriteId;
import io.dynamo.core.config.NodeSettings;
import io.dynamo.core.coordinate.Coordinator;
import io.dynamo.core.coordinate.CoordinatorParts;
import io.dynamo.core.coordinate.KeyPage;
import io.dynamo.core.coordinate.Meters;
import io.dynamo.core.coordinate.Owners;
import io.dynamo.core.coordinate.Peer;
import io.dynamo.core.coordinate.ReadPlan;
import io.dynamo.core.coordinate.ReadResult;
import io.dynamo.core.coordinate.Route;
import io.dynamo.core.coordinate.StorePolicy;
import io.dynamo.core.coordinate.WriteCommand;
import io.dynamo.core.coordinate.WritePlan;
import io.dynamo.core.coordinate.WriteResult;
import io.dynamo.core.membership.Lifeline;
import io.dynamo.core.membership.Membership;
import io.dynamo.core.membership.NodeIdentity;
import io.dynamo.core.replica.Behind;
import io.dynamo.core.replica.Hints;
import io.dynamo.core.replica.Incarnation;
import io.dynamo.core.replica.Incarnations;
import io.dynamo.core.replica.ReplicaParts;
import io.dynamo.core.replica.Settled;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.runtime.Admission;
import io.dynamo.core.runtime.Lane;
import io.dynamo.core.wire.Assembly;
import io.dynamo.core.wire.CoordinatePutRequest;
import io.dynamo.core.wire.Envelope;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.ProbeRequest;
import io.dynamo.core.wire.ProbeResponse;
import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.core.wire.Rejection;
import io.dynamo.spi.NodeRuntime;
import io.dynamo.spi.StorageException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machine inside a node: lanes, membership, and the way of each frame and each request to its lane. Never blocks.
 *
 * <p>Thread: any.
 */
public final class NodeCore {

    private static final Logger LOG = LoggerFactory.getLogger(NodeCore.class);

    /** How the problem of a node begins whose own state contradicts itself. */
    public static final String BROKEN = "a broken invariant";

    private static final int LANES_MAX = 256;

    private final NodeParts parts;
    private final Stores stores;
    private final Meters meters = new Meters();
    private final Admission admission;
    private final Incarnations incarnations;
    private final Lane control;
    private final FrameReceiver receiver;
    private final Hints hints;
    private final Behind behind;
    private final NodeLanes lanes;
    private final NodeHealth health;
    private final Membership membership;
    private final RequestDoor door;
    private volatile String problem = "";
    private volatile boolean isClosed;

    private NodeCore(NodeParts parts, Incarnations incarnations, Membership.Self self) {
        this.parts = parts;
        this.incarnations = incarnations;
        NodeSettings settings = parts.settings();
        this.stores = new Stores(settings, parts.storage().defaultDurability());
        this.admission = new Admission(settings.limits().inFlightMax(), meters::shed);
        this.control = new Lane(runtime(), () -> {}, this::broken);
        this.behind = new Behind(runtime(), parts.storage().engine());
        this.membership = new Membership(new Membership.Parts(
                settings,
                runtime(),
                parts.storage().engine(),
                parts.endpoint().transport(),
                self,
                new Lifeline(control::execute, this::fail, behind, this::drop)));
        this.door = new RequestDoor(membership, meters);
        this.receiver = new FrameReceiver(runtime(), settings, membership::isOther, this::receive, this::broken);
        this.hints = new Hints(settings.limits().hints().bytesMax());
        CoordinatorParts shared = coordinatorParts();
        ReplicaParts replicas = new ReplicaParts(
                runtime(),
                parts.storage().engine(),
                incarnations,
                new ReplicaParts.Limits(
                        settings.limits().cacheBytesMax(),
                        parts.host().isVirtual(),
                        settings.requests().clockSkewMax().toMillis(),
                        stores.purgeAge()),
                shared.owners(),
                hints,
                meters.buffer());
        int count = Math.min(
                LANES_MAX, Math.min(parts.host().lanes(), settings.cluster().partitions()));
        NodeLanes.Background background = NodeLanes.Background.of(settings, shared, hints, stores);
        this.lanes =
                new NodeLanes(replicas, shared, background, new NodeLanes.Extent(count, partitions()), this::broken);
        this.health = new NodeHealth(settings, membership, behind, lanes);
    }

    /**
     * Claims the storage, draws an incarnation, and begins to serve.
     *
     * @param parts what the node is made of
     * @return the node; fails with a {@link StorageException} if the storage cannot be trusted
     */
    public static CompletableFuture<NodeCore> start(NodeParts parts) {
        NodeRuntime runtime = parts.host().runtime();
        CompletableFuture<byte[]> claim = NodeIdentity.claim(parts.storage().engine(), runtime, parts.settings());
        CompletableFuture<NodeCore> started = new CompletableFuture<>();
        var unused = claim.whenComplete((directory, refused) -> {
            if (refused != null) {
                started.completeExceptionally(refused);
            } else {
                Incarnations incarnations =
                        new Incarnations(runtime, parts.storage().engine(), directory);
                incarnations.start(failure -> begin(parts, incarnations, directory, failure, started));
            }
        });
        return started;
    }

    private static void begin(
            NodeParts parts,
            Incarnations incarnations,
            byte[] directory,
            @Nullable StorageException failure,
            CompletableFuture<NodeCore> started) {
        Incarnation incarnation = incarnations.current();
        if (failure != null || incarnation == null) {
            started.completeExceptionally(
                    failure != null ? failure : new StorageException("no incarnation could be stored", null));
            return;
        }
        try {
            // Never 0, which stands for "no handshake yet".
            NodeCore node = new NodeCore(
                    parts, incarnations, new Membership.Self(directory, incarnation.low() | 1L, incarnations));
            parts.endpoint().deliverTo(node.receiver);
            node.lanes.findHints();
            Reindexing.begin(parts.host().runtime(), parts.storage().engine(), node.lanes, node.partitions());
            node.behind.whenBehind(node.lanes::catchUp);
            node.membership.start(node.lanes::returned, node.lanes::toldOfBackground);
            node.lanes.startRepair();
            new WriteIdSweep(node.runtime(), parts.settings().requests().retryWindow(), node.lanes, () -> node.isClosed)
                    .begin();
            started.complete(node);
        } catch (RuntimeException e) {
            started.completeExceptionally(e);
        }
    }

    private CoordinatorParts coordinatorParts() {
        NodeSettings settings = parts.settings();
        Peer self = membership.peer(settings.nodeId());
        if (self == null) {
            throw new IllegalStateException("node.id = " + settings.nodeId() + " is not among the members");
        }
        return new CoordinatorParts(
                runtime(),
                parts.storage().engine(),
                behind,
                self,
                membership::route,
                new Owners(membership::route, store -> stores.replicas(store)),
                meters,
                admission,
                stores.requestLimits());
    }

    private void drop(List<Settled> elsewhere, Runnable done) {
        Dropping.begin(parts, lanes, elsewhere, done);
    }

    /**
     * Compares a partition with all its other owners at once, if this node is an owner.
     *
     * @param partition its number
     * @param outcome gets what came of each comparison, on the partition's lane
     */
    public void compareNow(int partition, Consumer<io.dynamo.core.repair.Outcome> outcome) {
        NodeLane lane = lanes.of(partition);
        lane.lane().execute(() -> lane.repair().compareNow(partition, outcome));
    }

    /**
     * Reads a key.
     *
     * @param store the store's name
     * @param key the key
     * @param plan what the read asks for
     * @return what was found
     */
    public CompletableFuture<ReadResult> get(String store, byte[] key, ReadPlan plan) {
        StoredKey placed = place(store, key);
        StorePolicy policy = stores.policy(store);
        CompletableFuture<ReadResult> result = new CompletableFuture<>();
        NodeLane lane = lanes.of(placed.partition());
        if (isOpen(result)) {
            lane.lane().executeOwn(() -> lane.coordinator().get(policy, placed, plan, result));
        }
        return result;
    }

    /**
     * Writes a key.
     *
     * @param store the store's name
     * @param key the key
     * @param command what to write
     * @param plan what the write asks for
     * @return what was done
     */
    public CompletableFuture<WriteResult> put(String store, byte[] key, WriteCommand command, WritePlan plan) {
        StoredKey placed = place(store, key);
        StorePolicy policy = stores.policy(store);
        CompletableFuture<WriteResult> result = new CompletableFuture<>();
        NodeLane lane = lanes.of(placed.partition());
        if (isOpen(result)) {
            lane.lane().executeOwn(() -> lane.coordinator().put(policy, placed, command, plan, result));
        }
        return result;
    }

    /**
     * Remembers a fresh write after all: its caller has left and may repeat it. This comes after the write's first step on
     * the lane, which is the one that mints, if it is minted here; a coordinator elsewhere remembers it anyway.
     */
    void remember(String store, byte[] key, WriteId id, CompletableFuture<WriteResult> sent) {
        StoredKey placed = place(store, key);
        NodeLane lane = lanes.of(placed.partition());
        lane.lane().executeOwn(() -> lane.coordinator().remember(placed, id, sent));
    }

    /**
     * Lists a page of the keys of a partition that have a value.
     *
     * @param store the store's name
     * @param partition the partition
     * @param after where the page begins, {@link KeyPage#first} for the first
     * @param plan what the read asks for
     * @return the keys
     */
    public CompletableFuture<KeyPage> keys(String store, int partition, byte[] after, ReadPlan plan) {
        StorePolicy policy = stores.policy(store);
        CompletableFuture<KeyPage> result = new CompletableFuture<>();
        NodeLane lane = lanes.of(partition);
        if (isOpen(result)) {
            lane.lane().executeOwn(() -> lane.coordinator().keys(policy, partition, after, plan, result));
        }
        return result;
    }

    private void receive(Envelope envelope) {
        Message message = envelope.message();
        if (Membership.isFor(message)) {
            countDropped(control.offer(() -> membership.onMessage(envelope.from(), message), queueMax()));
            return;
        }
        Peer from = membership.peer(envelope.from());
        if (from == null || from.isSelf() || !problem.isEmpty()) {
            return;
        }
        if (message instanceof Message.Response response) {
            onResponse(from, envelope, response);
        } else if (message instanceof Message.Request request) {
            onRequest(from, envelope, request);
        }
    }

    private void onResponse(Peer from, Envelope envelope, Message.Response response) {
        if (response instanceof ProbeResponse && envelope.session() == membership.session()) {
            from.replied();
            return;
        }
        int number = Coordinator.laneOf(response.request());
        // A rejection may come from a node that was started again and does not know this run of ours yet.
        if (number < lanes.all().size()
                && (envelope.session() == membership.session() || response instanceof Rejection)) {
            NodeLane lane = lanes.all().get(number);
            // What ends a request goes before what begins one: the node's own operations may fill the lane, and wait
            // for it.
            int answersMax = queueMax() + parts.settings().limits().inFlightMax();
            countDropped(lane.lane().offer(() -> lane.coordinator().onResponse(from, response), answersMax));
        }
    }

    private void onRequest(Peer from, Envelope envelope, Message.Request request) {
        if (!door.admits(from, envelope, request)) {
            return;
        }
        Addressee to = Addressee.of(request, partitions());
        if (to == null) {
            receiver.malformed();
            return;
        }
        long arrivedNanos = runtime().nanoTime();
        NodeLane lane = lanes.of(to.partition());
        Runnable task = () -> {
            // Whoever asked has given up by now; the work would only make others late.
            if (runtime().nanoTime() - arrivedNanos <= TimeUnit.MICROSECONDS.toNanos(request.timeoutMicros())) {
                lane.serve(from, to.key(), request);
            }
        };
        if (!lane.lane().offer(task, queueMax())) {
            turnAway(from, request);
        }
    }

    /**
     * A lane is full. A reader is told so, and asks another replica. A write is dropped and comes again by itself: nobody
     * here knows whether a copy of its frame has got in, and a refusal would say that nothing was applied.
     */
    private void turnAway(Peer from, Message.Request request) {
        boolean isWrite = request instanceof PutReplicaRequest || request instanceof CoordinatePutRequest;
        if (isWrite || request instanceof ProbeRequest) {
            meters.dropped();
        } else {
            meters.shed();
            from.send(new Rejection(
                    request.request(),
                    Rejection.Reason.OVERLOADED,
                    queueMax() + " tasks wait on one lane already (limits.lane-queue)"));
        }
    }

    private void countDropped(boolean wasTaken) {
        if (!wasTaken) {
            meters.dropped();
        }
    }

    private int queueMax() {
        return parts.settings().limits().laneQueueMax();
    }

    private StoredKey place(String store, byte[] key) {
        return StoredKey.of(store, key, partitions());
    }

    /**
     * Whether the node can be used.
     *
     * @return as of now
     */
    public Health health() {
        String why = !problem.isEmpty() ? problem : isClosed ? "closed" : incarnations.problem();
        return health.now(why);
    }

    /**
     * What this node believes of the members, and what it lacks itself.
     *
     * @return as of now
     */
    public View view() {
        return health.view();
    }

    Status status() {
        return lanes.status(id(), meters.figures(), behind);
    }

    /** A task threw: the state behind it can no longer be trusted, so the node stops serving. */
    private void broken(Throwable cause) {
        LOG.error("node {}: a broken invariant; the node stops serving, please report this", id(), cause);
        fail(BROKEN + ": " + cause);
    }

    private void fail(String reason) {
        if (problem.isEmpty()) {
            problem = reason;
            LOG.error("node {}: stopped serving: {}", id(), reason);
        }
    }

    private boolean isOpen(CompletableFuture<?> result) {
        if (isClosed) {
            result.completeExceptionally(new IllegalStateException("node " + id() + " is closed"));
        } else if (!problem.isEmpty()) {
            result.completeExceptionally(
                    new StorageFailedException("node " + id() + " stopped: " + problem, Outcome.NOT_APPLIED, null));
        } else {
            return true;
        }
        return false;
    }

    /**
     * Takes no more requests and completes when those that run are answered.
     *
     * @param limitNanos how long to wait for them
     * @return completes when nothing waits, or the time is over; what still waits then has failed
     */
    public CompletableFuture<Void> drain(long limitNanos) {
        isClosed = true;
        CompletableFuture<Void> drained = new CompletableFuture<>();
        NodeDrain.begin(runtime(), lanes.all(), limitNanos, drained);
        return drained.thenRun(membership::close);
    }

    /**
     * This node's id.
     *
     * @return as configured
     */
    public String id() {
        return parts.settings().nodeId();
    }

    /**
     * How many partitions there are.
     *
     * @return Q
     */
    public int partitions() {
        return parts.settings().cluster().partitions();
    }

    /**
     * What happened so far.
     *
     * @return counted since the start
     */
    public Meters.Figures figures() {
        return meters.figures();
    }

    /**
     * What this node holds for others.
     *
     * @return as of now
     */
    public Hints.Figures hints() {
        return hints.figures();
    }

    /** In how many partitions a member holds up the removal of what was deleted. */
    Map<String, Integer> purgeBlocked() {
        return lanes.purgeBlocked();
    }

    /** Messages of which only a part came. */
    Assembly.Dropped droppedChunks() {
        return receiver.dropped();
    }

    NodeParts parts() {
        return parts;
    }

    /** The node's door, through which an application's operations come before they begin. */
    Admission admission() {
        return admission;
    }

    /**
     * Whom this node knows.
     *
     * @return the members, and how they stand
     */
    public Membership membership() {
        return membership;
    }

    Route route() {
        return membership.route();
    }

    NodeRuntime runtime() {
        return parts.host().runtime();
    }

    String problem() {
        return problem;
    }
}
