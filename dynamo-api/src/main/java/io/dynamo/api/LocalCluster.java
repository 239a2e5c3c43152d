package io.dynamo.api;

import java.util.List;

/**
 * A whole cluster in one JVM, for tests, demonstrations and development.
 *
 * <p>Thread: any. Node ids are {@code a}, {@code b}, {@code c} and so on; upper case is accepted.
 */
public interface LocalCluster extends AutoCloseable {

    /**
     * A running node.
     *
     * @param id its id
     * @return the node
     * @throws IllegalArgumentException if there is no such node
     * @throws IllegalStateException if it is killed
     */
    DynamoNode node(String id);

    /**
     * The running nodes.
     *
     * @return in the order of their ids
     */
    List<DynamoNode> nodes();

    /**
     * Ends a node as if its process had died: nothing is finished, nothing more is synced. What it had synced stays.
     *
     * @param id its id
     * @throws IllegalStateException on a thread of that node itself, as for {@link DynamoNode#close}; it then goes on
     */
    void kill(String id);

    /**
     * Starts a killed node again on what it had stored.
     *
     * @param id its id
     * @return the node
     */
    DynamoNode restart(String id);

    /**
     * Closes every running node. Idempotent.
     *
     * @throws IllegalStateException on a thread of one of the nodes, as for {@link DynamoNode#close}; close again from a
     *     thread of the application
     */
    @Override
    void close();
}
