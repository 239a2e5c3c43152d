package io.dynamo.transport.grpc;

import io.dynamo.spi.Transport;
import io.dynamo.spi.TransportContract;

class GrpcTransportContractIT extends TransportContract {

    @Override
    protected Transport open(String cluster, String node, int port) {
        return GrpcTransports.open(cluster, node, "port", Integer.toString(port));
    }
}
