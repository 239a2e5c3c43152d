package io.dynamo.remote;

import io.dynamo.api.Health;
import io.dynamo.api.WriteId;
import io.dynamo.remote.Failures.OtherClusterException;
import io.dynamo.spi.ClientAccess;
import io.grpc.BindableService;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The services {@code dynamo.v1.KeyValue} and {@code dynamo.v1.Admin} of one node. */
public final class RemoteServices {

    private volatile @Nullable ClientAccess access;

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
     * @param node what is asked
     */
    public void open(ClientAccess node) {
        access = node;
    }

    /**
     * Whether clients should come here.
     *
     * @return whether the node is open, live and ready
     */
    public boolean isServing() {
        ClientAccess open = access;
        if (open == null) {
            return false;
        }
        Health health = open.health();
        return health.live() && health.ready();
    }

    /** The node, if it is open and of the cluster that a request names. */
    ClientAccess node(String cluster) {
        ClientAccess open = node();
        if (!cluster.isEmpty() && !cluster.equals(open.cluster())) {
            throw new OtherClusterException(cluster, open.cluster());
        }
        return open;
    }

    ClientAccess node() {
        ClientAccess open = access;
        if (open == null) {
            throw new IllegalStateException("the node is not open yet");
        }
        return open;
    }

    WriteId newWriteId() {
        return node().newWriteId();
    }
}
