package io.dynamo.spi;

/**
 * Carries frames between nodes: fire and forget. A frame may be lost, doubled or overtaken; it is never changed, never
 * delivered to another address, and never delivered in pieces. Requests, timeouts and retries belong to the core.
 *
 * <p>Thread: {@link #send} is called by many threads, never blocks, and must not call the receiver in place. Frames of
 * one sender are delivered in order as a rule, but the core does not rely on it.
 */
public interface Transport extends AutoCloseable {

    /**
     * Starts listening and delivering.
     *
     * @param receiver gets every frame that arrives
     * @return the address others reach this transport at, with the port really bound
     */
    Address start(Receiver receiver);

    /**
     * Sends a frame.
     *
     * @param to an address that {@link #start} returned elsewhere
     * @param frame the frame
     * @return false if the frame will hardly be delivered: closed, no connection, the queue to that peer is full, or the
     *     frame is over the size limit. Neither answer is a promise: what was taken may be lost later, and a connection that
     *     broke may have carried what it is said not to have
     */
    boolean send(Address to, Frame frame);

    /**
     * The largest frame this transport carries. The core cuts longer messages into several frames; a frame needs room for
     * a header of at most 150 bytes.
     *
     * @return bytes; always the same, {@link Integer#MAX_VALUE} if frames have no limit
     */
    int maxFrameBytes();

    /**
     * The most that may wait for one peer: a longer message never goes out whole, however it is cut.
     *
     * @return bytes; always the same, {@link Long#MAX_VALUE} if they are not counted
     */
    default long queueBytesMax() {
        return Long.MAX_VALUE;
    }

    /**
     * Opens the node to clients outside the cluster, if this transport has a service for them. Called at most once, after
     * {@link #start}, when the node is there; calls of clients that come before are for the transport to refuse.
     *
     * @param node what may be asked of the node
     */
    default void serve(ClientAccess node) {}

    /** Stops delivering and releases ports and threads. Idempotent. */
    @Override
    void close();

    /** Gets the frames that arrive. */
    @FunctionalInterface
    interface Receiver {
        /**
         * A frame arrived.
         *
         * <p>Thread: the transport's I/O threads; must not block.
         *
         * @param frame the frame
         */
        void receive(Frame frame);
    }
}
