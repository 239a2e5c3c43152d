package io.dynamo.remote;

import io.dynamo.spi.ClientAccess;
import io.grpc.BindableService;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The services {@code dynamo.v1.KeyValue} and {@code dynamo.v1.Admin} of one node. */
public final class RemoteServices {

    private volatile @Nullable ClientAccess node;

    /** Refuses every call until {@link #open}. */
    public RemoteServices() {}

    /**
     * To be added to a server.
     *
     * @return the services
     */
    public List<BindableService> services() {
        return List.of(new KeyValueService(this), new AdminService(this));
    }

    /**
     * Begins to serve.
     *
     * @param access the node
     */
    public void open(ClientAccess access) {
        node = access;
    }

    ClientAccess node() {
        ClientAccess open = node;
        if (open == null) {
            throw new IllegalStateException("the node is not open yet");
        }
        return open;
    }
}
