package io.dynamo.core.transport;

import io.dynamo.spi.Address;
import io.dynamo.spi.Frame;
import io.dynamo.spi.NodeRuntime;
import io.dynamo.spi.Transport;
import java.util.Comparator;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What the transports of one process have in common: nodes that share a network reach each other, others don't. It holds
 * the only list of who listens where, so that several clusters live in one JVM without knowing of each other.
 *
 * <p>Thread: safe for use by many threads. On a single-threaded runtime the order of deliveries follows from the order of
 * sends, and a run can be replayed.
 */
public final class InProcessNetwork {

    private static final int DEFAULT_QUEUE_FRAMES_MAX = 65_536;
    private static final int ENCODED_FRAME_BYTES_MAX = 4 << 20;
    private static final int FIRST_FREE_PORT = 49_152;
    private static final int LAST_PORT = 65_535;

    /** Ordered, because a hash table's order would differ from one JVM to the next. */
    private final ConcurrentSkipListMap<Address, InProcessTransport> listening =
            new ConcurrentSkipListMap<>(Comparator.comparing(Address::host).thenComparingInt(Address::port));

    private final AtomicInteger nextPort = new AtomicInteger(FIRST_FREE_PORT);
    private final int queueFramesMax;
    private final boolean encoded;

    /** A network that hands frames over as they are, with the default queue limit of 65,536 frames a receiver. */
    public InProcessNetwork() {
        this(DEFAULT_QUEUE_FRAMES_MAX, false);
    }

    /**
     * A network.
     *
     * @param queueFramesMax how many frames may wait for one receiver; more are refused
     * @param encoded whether every frame is turned into bytes, as on a wire, so that the codec is exercised
     */
    public InProcessNetwork(int queueFramesMax, boolean encoded) {
        if (queueFramesMax < 1) {
            throw new IllegalArgumentException("queueFramesMax " + queueFramesMax + "; must be at least 1");
        }
        this.queueFramesMax = queueFramesMax;
        this.encoded = encoded;
    }

    /**
     * Makes a transport that is not yet started.
     *
     * @param address where it will listen; port 0 lets the network choose a free one
     * @param runtime delivers its frames
     * @return the transport
     */
    public Transport transport(Address address, NodeRuntime runtime) {
        return new InProcessTransport(this, address, runtime, queueFramesMax);
    }

    /** Registers a transport; the address returned is the one it listens at. */
    Address listen(InProcessTransport transport, Address wanted) {
        if (wanted.port() != 0) {
            if (listening.putIfAbsent(wanted, transport) != null) {
                throw new IllegalStateException("cannot listen on " + wanted + ": the address is taken");
            }
            return wanted;
        }
        for (int tried = 0; tried <= LAST_PORT - FIRST_FREE_PORT; tried++) {
            int port = nextPort.getAndUpdate(last -> last == LAST_PORT ? FIRST_FREE_PORT : last + 1);
            Address free = new Address(wanted.host(), port);
            if (listening.putIfAbsent(free, transport) == null) {
                return free;
            }
        }
        throw new IllegalStateException("cannot listen on " + wanted + ": no port is free");
    }

    void leave(InProcessTransport transport, Address address) {
        listening.remove(address, transport);
    }

    @Nullable
    InProcessTransport find(Address address) {
        return listening.get(address);
    }

    int maxFrameBytes() {
        return encoded ? ENCODED_FRAME_BYTES_MAX : Integer.MAX_VALUE;
    }

    /** The frame as the receiver gets it; null if it is over the limit. */
    @Nullable
    Frame carry(Frame frame) {
        if (!encoded) {
            return frame;
        }
        byte[] bytes = frame.bytes();
        return bytes.length > ENCODED_FRAME_BYTES_MAX ? null : Frame.of(bytes);
    }
}
