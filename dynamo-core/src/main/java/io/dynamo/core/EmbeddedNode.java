package io.dynamo.core;

import io.dynamo.api.Codec;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.Health;
import io.dynamo.api.Reconciler;
import io.dynamo.api.Status;
import io.dynamo.api.Store;
import io.dynamo.api.View;
import io.dynamo.api.WriteId;
import io.dynamo.api.cart.AddWinsCart;
import io.dynamo.api.cart.UnionCart;
import io.dynamo.core.causality.ContextTokens;
import io.dynamo.core.config.NodeSettings;
import io.dynamo.core.config.NodeSettings.Mode;
import io.dynamo.core.config.NodeSettings.StoreSettings;
import io.dynamo.core.coordinate.Meters;
import io.dynamo.core.replica.Hints;
import io.dynamo.core.runtime.Lane;
import io.dynamo.core.wire.Assembly;
import io.dynamo.spi.ClientAccess;
import io.dynamo.spi.NodeRuntime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node as applications see it. */
public final class EmbeddedNode implements DynamoNode {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedNode.class);

    private static final int BYTE_STORES_MAX = 1_000;

    private static final Pattern STORE_NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final NodeCore core;
    private final Runnable release;
    private final ContextTokens tokens;
    private final WriteIds ids;
    private final ConcurrentSkipListMap<String, TypedStore<?>> opened = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<String, TypedAsyncStore<byte[]>> asBytes = new ConcurrentSkipListMap<>();
    private final AtomicBoolean isClosed = new AtomicBoolean();

    /**
     * Wraps a started machine.
     *
     * @param core the machine
     * @param release gives back what it was made of: storage, transport, threads
     */
    public EmbeddedNode(NodeCore core, Runnable release) {
        this.core = core;
        this.release = release;
        NodeSettings.Cluster cluster = core.parts().settings().cluster();
        this.tokens = new ContextTokens(
                cluster.name(),
                cluster.secret(),
                core.parts().settings().limits().contextBytesMax());
        this.ids = new WriteIds(core.runtime());
    }

    @Override
    public String id() {
        return core.id();
    }

    @Override
    public <V> Store<V> store(String name, Codec<V> codec, Reconciler<V> reconciler) {
        checkName(name);
        StoreSettings settings = core.parts().settings().store(name);
        if (settings.mode() == Mode.LWW && reconciler != Reconciler.<V>lastWriteWins()) {
            throw new IllegalArgumentException(
                    "stores." + name + ".mode is lww, so its reconciler must be Reconciler.lastWriteWins()");
        }
        StoreType<V> type = new StoreType<>(name, codec, reconciler);
        TypedStore<V> fresh = new TypedStore<>(new StoreAccess<>(core, type, tokens, ids), turns(name), core.runtime());
        TypedStore<?> known = opened.putIfAbsent(name, fresh);
        return known == null ? fresh : sameType(known, type);
    }

    private static void checkName(String name) {
        if (!STORE_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "store '" + name + "'; a name has 1 to 64 letters, digits, dashes or underscores");
        }
    }

    private Turns turns(String name) {
        return turns(name, "stamps-" + name);
    }

    private Turns turns(String name, String chance) {
        Lane lane =
                new Lane(core.runtime(), () -> {}, failure -> LOG.error("store {}: an update failed", name, failure));
        return new Turns(lane, core.runtime(), core.runtime().random(chance));
    }

    /** A view for clients, who have types of their own. */
    TypedAsyncStore<byte[]> bytes(String name) {
        TypedAsyncStore<byte[]> known = asBytes.get(name);
        if (known != null) {
            return known;
        }
        checkName(name);
        StoreType<byte[]> type = new StoreType<>(name, Codec.bytes(), Reconciler.lastWriteWins());
        TypedAsyncStore<byte[]> fresh = new TypedAsyncStore<>(
                new StoreAccess<>(core, type, tokens, ids),
                turns(name, "client-stamps-" + name),
                core.runtime().callbacks());
        // Strangers cannot fill the memory with names.
        return asBytes.size() < BYTE_STORES_MAX
                ? Objects.requireNonNullElse(asBytes.putIfAbsent(name, fresh), fresh)
                : fresh;
    }

    WriteId newWriteId() {
        return ids.next();
    }

    ClientAccess clientAccess() {
        return new NodeAccess(this, core);
    }

    @SuppressWarnings("unchecked") // the same codec object has the same type
    private static <V> Store<V> sameType(TypedStore<?> known, StoreType<V> type) {
        StoreType<?> before = known.access().type();
        if (before.codec() != type.codec() || before.reconciler() != type.reconciler()) {
            throw new IllegalStateException("store " + type.name()
                    + " is open with another codec or reconciler; keep them in constants and pass the same objects");
        }
        return (Store<V>) known;
    }

    @Override
    @SuppressWarnings("unchecked") // a wrong codec shows itself as a ValueException that names the store
    public <V> Store<V> store(String name, Codec<V> codec) {
        String shipped = core.parts()
                .settings()
                .store(name)
                .reconciler()
                .orElseThrow(() -> new IllegalArgumentException("stores." + name
                        + ".reconciler is not configured; allowed: siblings, last-write-wins, add-wins-cart,"
                        + " union-cart; or give your own to store(name, codec, reconciler)"));
        Reconciler<?> reconciler = switch (shipped) {
            case "siblings" -> Reconciler.siblings();
            case "last-write-wins" -> Reconciler.lastWriteWins();
            case "add-wins-cart" -> ADD_WINS;
            case "union-cart" -> UNION;
            default -> throw new IllegalArgumentException("unknown reconciler " + shipped);
        };
        return store(name, codec, (Reconciler<V>) reconciler);
    }

    // Constants, so that opening a store twice gives the same object.
    private static final Reconciler<AddWinsCart> ADD_WINS = AddWinsCart::merge;
    private static final Reconciler<UnionCart> UNION = UnionCart::merge;

    @Override
    public Health health() {
        return core.health();
    }

    @Override
    public Status status() {
        return core.status();
    }

    @Override
    public View view() {
        return NodeView.of(core.view(), core.hints());
    }

    /**
     * How often a member was held down because it did not answer.
     *
     * @return counted since the start
     */
    public long holds() {
        return core.membership().holds();
    }

    /**
     * What happened so far.
     *
     * @return counted since the start
     */
    public Meters.Figures figures() {
        return core.figures();
    }

    /**
     * What this node holds for others that could not be reached.
     *
     * @return as of now
     */
    public Hints.Figures hints() {
        return core.hints();
    }

    /**
     * Messages in chunks that were given up because not all of them came.
     *
     * @return counted since the start
     */
    public Assembly.Dropped droppedChunks() {
        return core.droppedChunks();
    }

    /**
     * The storage engine's own figures.
     *
     * @return by name in dotted lower case
     */
    public Map<String, Long> storageFigures() {
        return core.parts().storage().engine().statistics();
    }

    /** Whether nobody lets it in because another holder of its id may still be there. */
    boolean isTaken() {
        return core.membership().isTaken();
    }

    /** In how many partitions a member holds up the removal of what was deleted. */
    Map<String, Integer> purgeBlocked() {
        return core.purgeBlocked();
    }

    /** The ids of the other members. */
    List<String> members() {
        return core.parts().settings().cluster().members().stream()
                .map(NodeSettings.Member::id)
                .filter(member -> !member.equals(id()))
                .toList();
    }

    NodeRuntime runtime() {
        return core.runtime();
    }

    @Override
    public void close() {
        long limit = core.parts()
                .settings()
                .storeDefaults()
                .defaults()
                .timeout()
                .map(Duration::toNanos)
                .orElse(1_000_000_000L);
        if (end(limit)) {
            LOG.info("node {}: closed", id());
        }
    }

    /** Ends at once, as if the process had died; whoever waits for this node is told so, as there is no connection to break. */
    void kill() {
        end(0);
    }

    private boolean end(long limitNanos) {
        refuseOwnThreads();
        if (!isClosed.compareAndSet(false, true)) {
            return false;
        }
        try {
            core.runtime().await(core.drain(limitNanos), Patience.beyond(limitNanos));
        } catch (InterruptedException e) {
            LOG.warn("node {}: interrupted while closing; requests under way have failed", id());
        } catch (TimeoutException e) {
            LOG.warn("node {}: closing without the answers to requests under way, which do not come", id());
        }
        release.run();
        return true;
    }

    /** Before anything has begun: a node that is half closed could not be closed again. */
    private void refuseOwnThreads() {
        try {
            core.runtime().await(CompletableFuture.completedFuture(id()), 0);
        } catch (InterruptedException | TimeoutException e) {
            LOG.debug("node {}: this thread may wait, though it was interrupted", id());
        }
    }
}
