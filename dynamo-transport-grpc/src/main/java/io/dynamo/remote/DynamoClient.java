package io.dynamo.remote;

import io.dynamo.api.Codec;
import io.dynamo.api.ConfigException;
import io.dynamo.api.DynamoConfig;
import io.dynamo.api.QuorumException;
import io.dynamo.api.Reconciler;
import io.dynamo.api.Store;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A client of a cluster whose nodes live elsewhere: the words of an embedded node, over gRPC. It knows the ring and goes
 * straight to a node that holds the key (Dynamo §6.4); when that one fails, or is silent for a quarter of the time, it
 * goes to the next, and a write is not made twice by that, as long as the coordinators that have it can be asked.
 *
 * <p>Thread: every method may be called from any thread. Values are encoded on the caller's thread and decoded on the
 * client's callback threads, which also run functions of {@code update} and callbacks; a reconciler runs where
 * {@code Read.value()} is called. The client's threads are daemons.
 */
public final class DynamoClient implements AutoCloseable {

    private static final Pattern STORE_NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final Connection connection;
    private final ConcurrentHashMap<String, RemoteStore<?>> stores = new ConcurrentHashMap<>();

    private DynamoClient(Connection connection) {
        this.connection = connection;
    }

    /**
     * Connects with default settings.
     *
     * @param seeds one or more nodes, each as {@code host:port}
     * @return a client that knows the ring
     * @throws QuorumException if no seed answers
     */
    public static DynamoClient connect(String... seeds) {
        return connect(DynamoConfig.of(Map.of("client.seeds", String.join(",", seeds))));
    }

    /**
     * Connects.
     *
     * @param config settings under {@code client}; see {@code docs/client.md}
     * @return a client that knows the ring
     * @throws ConfigException with every problem of the settings
     * @throws QuorumException if no seed answers
     * @throws IllegalStateException if the seed belongs to another cluster than {@code client.cluster}, or a certificate
     *     can't be read
     */
    public static DynamoClient connect(DynamoConfig config) {
        return new DynamoClient(Connection.open(ClientSettings.read(config)));
    }

    /**
     * Connects with the settings of a file. Reading it needs {@code dynamo-core} on the class path.
     *
     * @param file HOCON, JSON or properties, with the settings under {@code dynamo.client}
     * @return a client that knows the ring
     */
    public static DynamoClient connect(Path file) {
        return connect(DynamoConfig.load(file));
    }

    /**
     * A typed view of a store. The same name must always be given the same codec and reconciler.
     *
     * @param name a store of the cluster's configuration, or any name: then with the defaults
     * @param codec turns values into bytes
     * @param reconciler merges concurrent values
     * @param <V> the value type
     * @return the store; its calls last at most {@code client.timeout} unless {@code Option.timeout} says otherwise
     * @throws IllegalStateException if the name was opened before with another codec or reconciler
     * @throws IllegalArgumentException if it is no name, or the last write wins in that store and the reconciler is another
     */
    @SuppressWarnings("unchecked") // the same codec object has the same type
    public <V> Store<V> store(String name, Codec<V> codec, Reconciler<V> reconciler) {
        if (!STORE_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "store '" + name + "'; a name has 1 to 64 letters, digits, dashes or underscores");
        }
        if (connection.ring().isLastWriteWins(name) && reconciler != Reconciler.<V>lastWriteWins()) {
            throw new IllegalArgumentException(
                    "stores." + name + ".mode is lww, so its reconciler must be Reconciler.lastWriteWins()");
        }
        ValueType<V> type = new ValueType<>(name, codec, reconciler);
        RemoteStore<?> store = stores.computeIfAbsent(name, ignored -> new RemoteStore<>(connection, type));
        if (store.type().codec() != codec || store.type().reconciler() != reconciler) {
            throw new IllegalStateException("store " + name
                    + " is open with another codec or reconciler; keep them in constants and pass the same objects");
        }
        return (Store<V>) store;
    }

    /**
     * Ends the connections. What is under way fails; writes among it that may have arrived are of unknown outcome. What is
     * asked afterwards fails with {@link IllegalStateException}. Idempotent.
     */
    @Override
    public void close() {
        connection.close();
    }
}
