package io.dynamo.remote;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.dynamo.api.Context;
import io.dynamo.api.Option;
import io.dynamo.api.Read;
import io.dynamo.api.Written;
import io.dynamo.remote.proto.DeleteRequest;
import io.dynamo.remote.proto.GetRequest;
import io.dynamo.remote.proto.GetResponse;
import io.dynamo.remote.proto.KeyValueGrpc;
import io.dynamo.remote.proto.KeysRequest;
import io.dynamo.remote.proto.KeysResponse;
import io.dynamo.remote.proto.PutRequest;
import io.dynamo.remote.proto.Value;
import io.dynamo.remote.proto.WriteName;
import io.dynamo.remote.proto.WriteResponse;
import io.dynamo.spi.ClientAccess;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;

/** {@code dynamo.v1.KeyValue}. Thread: calls come on event loops, nothing here waits. */
final class KeyValueService extends KeyValueGrpc.KeyValueImplBase {

    private final RemoteServices services;

    KeyValueService(RemoteServices services) {
        this.services = services;
    }

    @Override
    public void get(GetRequest request, StreamObserver<GetResponse> answer) {
        read(
                answer,
                request.getCluster(),
                node -> node.store(request.getStore()).get(request.getKey(), OptionWords.options(request.getOptions())),
                KeyValueService::response);
    }

    private static GetResponse response(ClientAccess node, Read<byte[]> read) {
        GetResponse.Builder response = GetResponse.newBuilder()
                .setContext(UnsafeByteOperations.unsafeWrap(read.context().toBytes()))
                .addAllTrace(Words.trace(read.trace()))
                .setRing(node.ringDigest())
                .setSessionExpired(read.sessionExpired());
        byte[] latest = read.value().orElse(null);
        for (byte[] value : read.siblings()) {
            if (value == latest) {
                response.setLatest(response.getValuesCount());
            }
            response.addValues(Value.newBuilder().setData(UnsafeByteOperations.unsafeWrap(value)));
        }
        return response.build();
    }

    @Override
    public void put(PutRequest request, StreamObserver<WriteResponse> answer) {
        write(answer, request.getCluster(), request.getName(), (node, name) -> {
            Context seen = Words.context(request.getSeen());
            Option[] options = OptionWords.options(request.getOptions(), name);
            byte[] value = request.getValue().toByteArray();
            return node.store(request.getStore()).put(request.getKey(), value, seen, options);
        });
    }

    @Override
    public void delete(DeleteRequest request, StreamObserver<WriteResponse> answer) {
        write(answer, request.getCluster(), request.getName(), (node, name) -> {
            Context seen = Words.context(request.getSeen());
            Option[] options = OptionWords.options(request.getOptions(), name);
            return node.store(request.getStore()).delete(request.getKey(), seen, options);
        });
    }

    @Override
    public void keys(KeysRequest request, StreamObserver<KeysResponse> answer) {
        read(
                answer,
                request.getCluster(),
                node -> node.keys(
                        request.getStore(), request.getPage().toByteArray(), OptionWords.options(request.getOptions())),
                (node, page) -> KeysResponse.newBuilder()
                        .addAllKeys(page.keys())
                        .setNextPage(ByteString.copyFrom(page.next()))
                        .setRing(node.ringDigest())
                        .build());
    }

    private <T, A> void read(
            StreamObserver<A> answer,
            String cluster,
            Function<ClientAccess, CompletionStage<T>> call,
            BiFunction<ClientAccess, T, A> response) {
        CompletionStage<A> stage;
        try {
            ClientAccess node = services.node(cluster);
            stage = call.apply(node).thenApply(done -> response.apply(node, done));
        } catch (RuntimeException e) {
            answer.onError(Failures.ofRead(e));
            return;
        }
        var unused = stage.whenComplete((done, failure) -> {
            if (failure == null) {
                answer.onNext(done);
                answer.onCompleted();
            } else {
                answer.onError(Failures.ofRead(failure));
            }
        });
    }

    private void write(
            StreamObserver<WriteResponse> answer,
            String cluster,
            WriteName given,
            BiFunction<ClientAccess, Option.Id, CompletionStage<Written>> call) {
        Option.Id name;
        try {
            name = Words.named(given, services::newWriteId);
        } catch (RuntimeException e) {
            // Without a name there is no write, and no repetition of one.
            answer.onError(Failures.ofRead(e));
            return;
        }
        CompletionStage<Written> stage;
        ClientAccess node;
        try {
            node = services.node(cluster);
            stage = call.apply(node, name);
        } catch (RuntimeException e) {
            answer.onError(Failures.ofWrite(e, name, false));
            return;
        }
        var unused = stage.whenComplete((written, failure) -> {
            if (failure != null) {
                answer.onError(Failures.ofWrite(failure, name, false));
            } else {
                answer(answer, node, name, written);
            }
        });
    }

    private static void answer(
            StreamObserver<WriteResponse> answer, ClientAccess node, Option.Id name, Written written) {
        WriteResponse response;
        try {
            response = Words.written(written, node.ringDigest());
        } catch (RuntimeException e) {
            answer.onError(Failures.ofWrite(e, name, true));
            return;
        }
        answer.onNext(response);
        answer.onCompleted();
    }
}
