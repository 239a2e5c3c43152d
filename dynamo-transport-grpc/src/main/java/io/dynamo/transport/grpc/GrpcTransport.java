package io.dynamo.transport.grpc;

import io.dynamo.spi.Address;
import io.dynamo.spi.ClientAccess;
import io.dynamo.spi.Frame;
import io.dynamo.spi.Transport;
import io.dynamo.spi.TransportProvider.Identity;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Frames over gRPC. Each node opens one stream to each address it sends to, and frames flow one way in it: whoever may reach
 * an address is then decided by that address alone, two nodes never have to agree on whose connection to keep, and a link
 * that works in one direction only is seen as such.
 *
 * <p>Thread: {@link #send} by many; the receiver is called on the node's event loops.
 */
final class GrpcTransport implements Transport {

    /** Enough for three short texts, and the default of gRPC. */
    static final int METADATA_BYTES_MAX = 8 << 10;

    private enum Phase {
        NEW,
        STARTED,
        CLOSED
    }

    private final GrpcSettings settings;
    private final Identity identity;
    private final int protocol;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.NEW);
    private volatile @Nullable GrpcEndpoint endpoint;

    GrpcTransport(GrpcSettings settings, Identity identity) {
        this(settings, identity, Pipe.PROTOCOL);
    }

    GrpcTransport(GrpcSettings settings, Identity identity, int protocol) {
        this.settings = settings;
        this.identity = identity;
        this.protocol = protocol;
    }

    /**
     * Starts listening.
     *
     * @throws IllegalStateException if it was started before, or the certificates can't be read
     * @throws java.io.UncheckedIOException if the address is taken or not of this machine; the message names it
     */
    @Override
    public Address start(Receiver receiver) {
        if (!phase.compareAndSet(Phase.NEW, Phase.STARTED)) {
            throw new IllegalStateException(
                    "the transport of node " + identity.node() + " was started or closed before");
        }
        GrpcEndpoint opened = new GrpcEndpoint(settings, identity, protocol, receiver);
        Address bound = opened.listen();
        endpoint = opened;
        if (phase.get() == Phase.CLOSED) {
            opened.close();
        }
        return bound;
    }

    @Override
    public boolean send(Address to, Frame frame) {
        GrpcEndpoint open = endpoint;
        if (open == null) {
            return false;
        }
        byte[] bytes = frame.bytes();
        return bytes.length <= settings.maxFrameBytes() && open.peer(to).offer(bytes);
    }

    @Override
    public int maxFrameBytes() {
        return settings.maxFrameBytes();
    }

    @Override
    public long queueBytesMax() {
        return settings.queueBytesMax();
    }

    @Override
    public void serve(ClientAccess node) {
        GrpcEndpoint open = endpoint;
        if (open != null) {
            open.serve(node);
        }
    }

    @Override
    public void close() {
        phase.set(Phase.CLOSED);
        GrpcEndpoint open = endpoint;
        endpoint = null;
        if (open != null) {
            open.close();
        }
    }
}
