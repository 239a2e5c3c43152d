package io.dynamo.transport.grpc;

import io.dynamo.transport.grpc.proto.PipeGrpc;

final class GrpcPlaceholder {
    private GrpcPlaceholder() {}

    static String name() {
        return PipeGrpc.SERVICE_NAME;
    }
}
