package io.dynamo.spi;

/** Makes transports of one kind; found by {@link java.util.ServiceLoader}, chosen by {@code transport.type}. */
public interface TransportProvider {

    /**
     * The name in the configuration.
     *
     * @return for example {@code grpc}
     */
    String name();

    /**
     * Makes a transport that is not yet started.
     *
     * @param config the subtree {@code transport.NAME}
     * @param identity who this node is, for peers to check
     * @return the transport; its configuration's problems are in {@code config}
     */
    Transport create(PluginConfig config, Identity identity);

    /**
     * Who a node is.
     *
     * @param cluster the cluster's name
     * @param node the node's id
     */
    record Identity(String cluster, String node) {}
}
