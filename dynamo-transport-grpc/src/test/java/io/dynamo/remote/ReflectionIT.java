package io.dynamo.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A client that knows nothing but the address, as tools on the command line are: schema, names and types by reflection. */
class ReflectionIT {

    @Test
    void client_thatKnowsTheAddressAlone_findsTheServicesAndUsesThem() throws Exception {
        try (Clusters nodes = Clusters.open(1)) {
            ManagedChannel channel = nodes.channel("a");
            try {
                assertThat(services(channel))
                        .contains("dynamo.v1.KeyValue", "dynamo.v1.Admin", "grpc.health.v1.Health");
                ServiceDescriptor keyValue = describe(channel, "dynamo.v1.KeyValue");
                String written = call(
                        channel,
                        keyValue.findMethodByName("Put"),
                        "store: 'carts' key: 'alice' value: 'book' seen { blind: true }");
                assertThat(written).contains("coordinator: \"a\"").contains("acknowledged: \"a\"");
                String read = call(channel, keyValue.findMethodByName("Get"), "store: 'carts' key: 'alice'");
                assertThat(read).contains("data: \"book\"").contains("context: ");
                String health =
                        call(channel, describe(channel, "dynamo.v1.Admin").findMethodByName("Health"), "");
                assertThat(health).contains("node: \"a\"").contains("ready: true");
                assertThat(HealthGrpc.newBlockingStub(channel)
                                .check(HealthCheckRequest.newBuilder()
                                        .setService("dynamo.v1.KeyValue")
                                        .build())
                                .getStatus())
                        .isEqualTo(ServingStatus.SERVING);
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private static List<String> services(ManagedChannel channel) throws Exception {
        return ask(channel, ServerReflectionRequest.newBuilder().setListServices(""))
                .getListServicesResponse()
                .getServiceList()
                .stream()
                .map(service -> service.getName())
                .toList();
    }

    private static ServiceDescriptor describe(ManagedChannel channel, String service) throws Exception {
        List<ByteString> files = ask(
                        channel, ServerReflectionRequest.newBuilder().setFileContainingSymbol(service))
                .getFileDescriptorResponse()
                .getFileDescriptorProtoList();
        assertThat(files).hasSize(1);
        FileDescriptor file =
                FileDescriptor.buildFrom(FileDescriptorProto.parseFrom(files.get(0)), new FileDescriptor[0]);
        return file.findServiceByName(service.substring(service.lastIndexOf('.') + 1));
    }

    private static ServerReflectionResponse ask(ManagedChannel channel, ServerReflectionRequest.Builder request)
            throws Exception {
        CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
        List<ServerReflectionResponse> answers = new ArrayList<>();
        StreamObserver<ServerReflectionRequest> asking = ServerReflectionGrpc.newStub(channel)
                .serverReflectionInfo(new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse response) {
                        answers.add(response);
                    }

                    @Override
                    public void onError(Throwable thrown) {
                        answer.completeExceptionally(thrown);
                    }

                    @Override
                    public void onCompleted() {
                        answer.complete(answers.get(0));
                    }
                });
        asking.onNext(request.build());
        asking.onCompleted();
        return answer.get(10, TimeUnit.SECONDS);
    }

    private static String call(ManagedChannel channel, MethodDescriptor method, String text) throws Exception {
        Descriptor input = method.getInputType();
        DynamicMessage.Builder request = DynamicMessage.newBuilder(input);
        TextFormat.merge(text, request);
        io.grpc.MethodDescriptor<DynamicMessage, DynamicMessage> call =
                io.grpc.MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
                        .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
                        .setFullMethodName(method.getService().getFullName() + "/" + method.getName())
                        .setRequestMarshaller(ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(input)))
                        .setResponseMarshaller(
                                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getOutputType())))
                        .build();
        return ClientCalls.blockingUnaryCall(channel, call, CallOptions.DEFAULT, request.build())
                .toString();
    }
}
