package io.dynamo.api;

import java.nio.file.Path;

/**
 * One node of a Dynamo cluster, living inside the application's process. Several may live in one JVM.
 *
 * <p>Thread: every method may be called from any thread.
 */
public interface DynamoNode extends AutoCloseable {

    /**
     * Opens a node from a HOCON, JSON or properties file.
     *
     * @param file the configuration file
     * @return the node, storage open and transport bound; it has waited up to {@code cluster.ready-timeout} for a quorum
     *     of members, and {@link #health()} tells whether that came
     * @throws ConfigException if the configuration is wrong, with every problem found
     * @throws StorageFailedException if the storage cannot be trusted
     */
    static DynamoNode open(Path file) {
        return open(DynamoConfig.load(file));
    }

    /**
     * Opens a node.
     *
     * @param config its configuration
     * @return the node; see {@link #open(Path)}
     */
    static DynamoNode open(DynamoConfig config) {
        return NodeProvider.find().open(config);
    }

    /**
     * Opens a whole cluster in this JVM, in memory and in process: nodes {@code a}, {@code b}, {@code c} and so on.
     *
     * @param nodes 1 to 26
     * @return the cluster, ready
     */
    static LocalCluster local(int nodes) {
        return local(nodes, DynamoConfig.empty());
    }

    /**
     * Opens a whole cluster in this JVM; storage and transport as configured.
     *
     * @param nodes 1 to 26
     * @param config what the nodes share; ids, members, ports and directories are filled in for each
     * @return the cluster, ready
     */
    static LocalCluster local(int nodes, DynamoConfig config) {
        return NodeProvider.find().local(nodes, config);
    }

    /**
     * This node's id.
     *
     * @return as configured
     */
    String id();

    /**
     * A typed view of a store. The same name must always be given the same codec and reconciler.
     *
     * @param name a store of the configuration, or any name: then with the defaults
     * @param codec turns values into bytes
     * @param reconciler merges concurrent values
     * @param <V> the value type
     * @return the store
     * @throws IllegalStateException if the name was opened before with another codec or reconciler
     * @throws IllegalArgumentException if the store's mode is {@code lww} and the reconciler is another
     */
    <V> Store<V> store(String name, Codec<V> codec, Reconciler<V> reconciler);

    /**
     * A typed view of a store whose reconciler is named in the configuration ({@code stores.NAME.reconciler}).
     *
     * @param name a store of the configuration
     * @param codec turns values into bytes; its type must be the one the named reconciler merges
     * @param <V> the value type
     * @return the store
     * @throws IllegalArgumentException if the configuration names no reconciler for it
     */
    <V> Store<V> store(String name, Codec<V> codec);

    /**
     * Whether this node can be used.
     *
     * @return the answer as of now
     */
    Health health();

    /**
     * What this node believes of the members of its cluster.
     *
     * @return the belief as of now
     */
    View view();

    /**
     * What this node does beside answering requests, how much of it is left, and how fast it goes.
     *
     * @return as of now
     */
    Status status();

    /**
     * Refuses new requests, lets running ones finish for up to the request timeout, makes storage durable and releases
     * threads, ports and files. Idempotent.
     *
     * @throws IllegalStateException on a thread of the node itself, such as a callback of {@link AsyncStore}; the node then
     *     goes on as if nothing had been asked, and can be closed from a thread of the application
     */
    @Override
    void close();
}
