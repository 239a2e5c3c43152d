package io.dynamo.transport.grpc;

import io.dynamo.spi.PluginConfig;
import io.dynamo.spi.Transport;
import io.dynamo.spi.TransportProvider;

/** Makes transports on gRPC; chosen by {@code transport.type = grpc}, configured under {@code transport.grpc}. */
public final class GrpcTransportProvider implements TransportProvider {

    /** For {@link java.util.ServiceLoader}. */
    public GrpcTransportProvider() {}

    @Override
    public String name() {
        return "grpc";
    }

    @Override
    public Transport create(PluginConfig config, Identity identity) {
        return new GrpcTransport(GrpcSettings.read(config), identity);
    }
}
