package io.dynamo.remote;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.dynamo.api.AsyncStore;
import io.dynamo.api.Context;
import io.dynamo.api.Option;
import io.dynamo.api.Read;
import io.dynamo.remote.proto.DeleteRequest;
import io.dynamo.remote.proto.GetRequest;
import io.dynamo.remote.proto.GetResponse;
import io.dynamo.remote.proto.KeyValueGrpc;
import io.dynamo.remote.proto.KeysRequest;
import io.dynamo.remote.proto.KeysResponse;
import io.dynamo.remote.proto.PutRequest;
import io.dynamo.remote.proto.WriteResponse;
import io.dynamo.spi.ClientAccess;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** {@code dynamo.v1.KeyValue}. Thread: calls come on event loops, nothing here waits. */
final class KeyValueService extends KeyValueGrpc.KeyValueImplBase {

    private final RemoteServices services;

    KeyValueService(RemoteServices services) {
        this.services = services;
    }

    @Override
    public void get(GetRequest request, StreamObserver<GetResponse> answer) {
        answer(
                answer,
                () -> store(request.getStore()).get(request.getKey(), OptionWords.options(request.getOptions())),
                this::response);
    }

    private GetResponse response(Read<byte[]> read) {
        GetResponse.Builder response = GetResponse.newBuilder()
                .setContext(ByteString.copyFrom(read.context().toBytes()))
                .addAllTrace(Words.trace(read.trace()))
                .setRing(services.node().ringDigest());
        byte[] latest = read.value().orElse(null);
        for (byte[] value : read.siblings()) {
            if (value == latest) {
                response.setLatest(response.getValuesCount());
            }
            response.addValues(UnsafeByteOperations.unsafeWrap(value));
        }
        return response.build();
    }

    @Override
    public void put(PutRequest request, StreamObserver<WriteResponse> answer) {
        answer(
                answer,
                () -> {
                    Context seen = Words.context(request.getSeen());
                    Option[] options = OptionWords.options(request.getOptions(), Words.named(request.getName()));
                    byte[] value = request.getValue().toByteArray();
                    return store(request.getStore()).put(request.getKey(), value, seen, options);
                },
                written -> Words.written(written, services.node().ringDigest()));
    }

    @Override
    public void delete(DeleteRequest request, StreamObserver<WriteResponse> answer) {
        answer(
                answer,
                () -> {
                    Context seen = Words.context(request.getSeen());
                    Option[] options = OptionWords.options(request.getOptions(), Words.named(request.getName()));
                    return store(request.getStore()).delete(request.getKey(), seen, options);
                },
                written -> Words.written(written, services.node().ringDigest()));
    }

    @Override
    public void keys(KeysRequest request, StreamObserver<KeysResponse> answer) {
        answer(
                answer,
                () -> {
                    ClientAccess node = services.node();
                    byte[] page = request.getPage().toByteArray();
                    return node.keys(request.getStore(), page, OptionWords.options(request.getOptions()));
                },
                page -> KeysResponse.newBuilder()
                        .addAllKeys(page.keys())
                        .setNextPage(ByteString.copyFrom(page.next()))
                        .setRing(services.node().ringDigest())
                        .build());
    }

    private AsyncStore<byte[]> store(String name) {
        return services.node().store(name);
    }

    private static <T, A> void answer(
            StreamObserver<A> answer, Supplier<CompletionStage<T>> call, Function<T, A> response) {
        CompletionStage<T> stage;
        try {
            stage = call.get();
        } catch (RuntimeException e) {
            answer.onError(Failures.status(e));
            return;
        }
        var unused = stage.thenApply(response).whenComplete((done, failure) -> {
            if (failure == null) {
                answer.onNext(done);
                answer.onCompleted();
            } else {
                answer.onError(Failures.status(failure));
            }
        });
    }
}
