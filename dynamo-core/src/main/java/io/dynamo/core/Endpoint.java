package io.dynamo.core;

import io.dynamo.spi.Address;
import io.dynamo.spi.Frame;
import io.dynamo.spi.Transport;
import org.jspecify.annotations.Nullable;

/**
 * A transport that listens before its node is there, so that addresses are known before the members are. Frames that come
 * too early are dropped, as a transport may.
 */
public final class Endpoint {

    private final Transport transport;
    private final Address address;
    private volatile Transport.@Nullable Receiver receiver;

    /**
     * Starts a transport.
     *
     * @param transport not yet started
     */
    public Endpoint(Transport transport) {
        this.transport = transport;
        this.address = transport.start(this::receive);
    }

    private void receive(Frame frame) {
        Transport.Receiver ready = receiver;
        if (ready != null) {
            ready.receive(frame);
        }
    }

    void deliverTo(Transport.Receiver node) {
        receiver = node;
    }

    /**
     * Where others reach it.
     *
     * @return with the port really bound
     */
    public Address address() {
        return address;
    }

    /**
     * What carries the frames.
     *
     * @return started
     */
    public Transport transport() {
        return transport;
    }
}
