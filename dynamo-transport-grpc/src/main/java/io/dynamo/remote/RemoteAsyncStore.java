package io.dynamo.remote;

import com.google.protobuf.ByteString;
import io.dynamo.api.AsyncStore;
import io.dynamo.api.Context;
import io.dynamo.api.DynamoException;
import io.dynamo.api.Option;
import io.dynamo.api.Outcome;
import io.dynamo.api.OverloadedException;
import io.dynamo.api.QuorumException;
import io.dynamo.api.Read;
import io.dynamo.api.Written;
import io.dynamo.remote.Call.What;
import io.dynamo.remote.proto.DeleteRequest;
import io.dynamo.remote.proto.GetRequest;
import io.dynamo.remote.proto.GetResponse;
import io.dynamo.remote.proto.KeyValueGrpc;
import io.dynamo.remote.proto.KeysRequest;
import io.dynamo.remote.proto.KeysResponse;
import io.dynamo.remote.proto.PutRequest;
import io.dynamo.remote.proto.WriteName;
import io.dynamo.remote.proto.WriteOptions;
import io.dynamo.remote.proto.WriteResponse;
import io.grpc.MethodDescriptor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A store of a cluster elsewhere, asynchronously: the application's code runs on callback threads. */
final class RemoteAsyncStore<V> implements AsyncStore<V> {

    /** How often the steps of one update are tried. */
    private static final int TRIES_MAX = 3;

    private final Connection connection;
    private final ValueType<V> type;
    private final Turns turns;
    private final Executor callbacks;

    RemoteAsyncStore(Connection connection, ValueType<V> type) {
        this.connection = connection;
        this.type = type;
        this.turns = new Turns(connection::newActor);
        this.callbacks = connection.callbacks();
    }

    ValueType<V> type() {
        return type;
    }

    @Override
    public CompletionStage<Read<V>> get(String key, Option... options) {
        check(key);
        return outside(read(key, options));
    }

    private CompletableFuture<Read<V>> read(String key, Option... options) {
        GetRequest request = GetRequest.newBuilder()
                .setCluster(connection.ring().cluster())
                .setStore(type.name())
                .setKey(key)
                .setOptions(OptionWords.read(options))
                .build();
        What<GetRequest, GetResponse> what = new What<>(
                "get " + place(key), KeyValueGrpc.getGetMethod(), repeated -> request, null, timeout(options), true);
        return connection
                .ask(what, key, false, GetResponse::getRing)
                .thenApplyAsync(response -> RemoteRead.of(type, key, response), callbacks);
    }

    @Override
    public CompletionStage<Written> put(String key, V value, Context context, Option... options) {
        check(key);
        return outside(
                write(named(options), key, ByteString.copyFrom(type.codec().encode(value)), context, options));
    }

    @Override
    public CompletionStage<Written> delete(String key, Context context, Option... options) {
        check(key);
        return outside(write(named(options), key, null, context, options));
    }

    /** The name of a write: the one given last, or a fresh one. */
    Option.Id named(Option... options) {
        Option.Id name = null;
        for (Option option : options) {
            name = option instanceof Option.Id given ? given : name;
        }
        return name == null ? new Option.Id(connection.newWriteId(), false) : name;
    }

    private CompletableFuture<Written> write(
            Option.Id name, String key, @Nullable ByteString value, Context context, Option... options) {
        WriteOptions chosen = OptionWords.write(options);
        CompletableFuture<WriteResponse> written;
        if (value == null) {
            DeleteRequest delete = DeleteRequest.newBuilder()
                    .setCluster(connection.ring().cluster())
                    .setStore(type.name())
                    .setKey(key)
                    .setSeen(Words.seen(context))
                    .setOptions(chosen)
                    .build();
            written = send(
                    "delete",
                    KeyValueGrpc.getDeleteMethod(),
                    name,
                    key,
                    timeout(options),
                    wireName -> delete.toBuilder().setName(wireName).build());
        } else {
            PutRequest put = PutRequest.newBuilder()
                    .setCluster(connection.ring().cluster())
                    .setStore(type.name())
                    .setKey(key)
                    .setValue(value)
                    .setSeen(Words.seen(context))
                    .setOptions(chosen)
                    .build();
            written = send(
                    "put",
                    KeyValueGrpc.getPutMethod(),
                    name,
                    key,
                    timeout(options),
                    wireName -> put.toBuilder().setName(wireName).build());
        }
        return written.thenApply(Words::written);
    }

    private <T> CompletableFuture<WriteResponse> send(
            String verb,
            MethodDescriptor<T, WriteResponse> method,
            Option.Id name,
            String key,
            Duration timeout,
            Function<WriteName, T> named) {
        What<T, WriteResponse> what = new What<>(
                verb + " " + place(key),
                method,
                repeated -> named.apply(Words.name(name.id(), repeated)),
                name.id(),
                timeout,
                true);
        return connection.ask(what, key, name.repeated(), WriteResponse::getRing);
    }

    @Override
    public CompletionStage<Optional<V>> update(String key, UnaryOperator<Optional<V>> change, Option... options) {
        check(key);
        Turns.Turn turn;
        try {
            turn = turns.take(key);
        } catch (OverloadedException e) {
            return CompletableFuture.failedStage(e);
        }
        Update<V> update = new Update<>(
                key, change, turn, System.nanoTime() + timeout(options).toNanos(), options);
        return outside(comes(turn, key, timeout(options))
                .thenComposeAsync(
                        ignored -> turn(TRIES_MAX, update).whenComplete((done, failure) -> {
                            if (failure != null && outcome(failure) == Outcome.NOT_APPLIED) {
                                turn.notApplied();
                            }
                            turn.end();
                        }),
                        callbacks));
    }

    /** The turn, or that it does not come in time. */
    private CompletableFuture<Void> comes(Turns.Turn turn, String key, Duration limit) {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> comes = turn.come();
        if (!comes.isDone()) {
            var unused = connection.after(limit).thenRun(() -> {
                if (mine.completeExceptionally(Turns.late(key))) {
                    turn.leave();
                }
            });
        }
        var unused = comes.thenRun(() -> mine.complete(null));
        return mine;
    }

    /**
     * An update under way.
     *
     * @param deadlineNanos when all of it is over
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Update<V>(
            String key, UnaryOperator<Optional<V>> change, Turns.Turn turn, long deadlineNanos, Option... options) {

        /** The options of the next step, which has only what is left of the time. */
        Option[] rest() {
            Option[] rest = Arrays.copyOf(options, options.length + 1);
            rest[options.length] = Option.timeoutAtMost(Duration.ofNanos(Math.max(1, leftNanos())));
            return rest;
        }

        long leftNanos() {
            return deadlineNanos - System.nanoTime();
        }
    }

    /** Read, change, write; again from the start only if nothing was applied. */
    private CompletableFuture<Optional<V>> turn(int tries, Update<V> update) {
        return read(update.key(), update.rest())
                .thenComposeAsync(
                        read -> {
                            Optional<V> changed = update.turn().apply(update.change(), read.value());
                            ByteString value = changed.map(type.codec()::encode)
                                    .map(ByteString::copyFrom)
                                    .orElse(null);
                            Option.Id name = new Option.Id(connection.newWriteId(), false);
                            return untilKnown(TRIES_MAX, name, value, read.context(), update)
                                    .thenApply(written -> changed);
                        },
                        callbacks)
                .exceptionallyComposeAsync(
                        failure -> {
                            if (tries <= 1 || update.leftNanos() <= 0 || !isWorthRestarting(unwrap(failure))) {
                                return CompletableFuture.failedFuture(unwrap(failure));
                            }
                            update.turn().notApplied();
                            return turn(tries - 1, update);
                        },
                        callbacks);
    }

    /** The same write again while its outcome is unknown. */
    private CompletableFuture<Written> untilKnown(
            int tries, Option.Id name, @Nullable ByteString value, Context context, Update<V> update) {
        return write(name, update.key(), value, context, update.rest())
                .exceptionallyComposeAsync(
                        failure -> tries > 1 && update.leftNanos() > 0 && outcome(failure) == Outcome.UNKNOWN
                                ? untilKnown(tries - 1, new Option.Id(name.id(), true), value, context, update)
                                : CompletableFuture.failedFuture(unwrap(failure)),
                        callbacks);
    }

    private static boolean isWorthRestarting(Throwable failure) {
        return outcome(failure) == Outcome.NOT_APPLIED
                && (failure instanceof QuorumException || failure instanceof OverloadedException);
    }

    private static @Nullable Outcome outcome(Throwable failure) {
        return unwrap(failure) instanceof DynamoException known ? known.outcome() : null;
    }

    @Override
    public CompletionStage<List<String>> keys(Option... options) {
        return outside(keysFrom(ByteString.EMPTY, new ArrayList<>(), options));
    }

    private CompletableFuture<List<String>> keysFrom(ByteString page, List<String> all, Option... options) {
        return page(page, options)
                .thenComposeAsync(
                        response -> {
                            all.addAll(response.getKeysList());
                            return response.getNextPage().isEmpty()
                                    ? CompletableFuture.completedFuture(all)
                                    : keysFrom(response.getNextPage(), all, options);
                        },
                        callbacks);
    }

    CompletableFuture<KeysResponse> page(ByteString page, Option... options) {
        KeysRequest request = KeysRequest.newBuilder()
                .setCluster(connection.ring().cluster())
                .setStore(type.name())
                .setPage(page)
                .setOptions(OptionWords.read(options))
                .build();
        return connection.askAny(
                new What<>(
                        "keys of " + type.name(),
                        KeyValueGrpc.getKeysMethod(),
                        repeated -> request,
                        null,
                        timeout(options),
                        // A page of a sparse store takes its time.
                        false),
                KeysResponse::getRing);
    }

    Duration timeout(Option... options) {
        return OptionWords.timeout(connection.timeout(), options);
    }

    private String place(String key) {
        return type.name() + "/" + key;
    }

    private void check(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        // Text that is no Unicode would be written as '?', and two keys would become one.
        if (bytes.length == 0 || !new String(bytes, StandardCharsets.UTF_8).equals(key)) {
            throw new IllegalArgumentException(
                    "a key of store " + type.name() + " is " + (bytes.length == 0 ? "empty" : "no Unicode text")
                            + "; allowed: text of at least 1 byte as UTF-8");
        }
    }

    /** Ends on a callback thread, with the exception that the blocking call would throw. */
    private <T> CompletionStage<T> outside(CompletableFuture<T> inner) {
        CompletableFuture<T> result = new CompletableFuture<>();
        var unused = inner.whenCompleteAsync(
                (value, failure) -> {
                    if (failure == null) {
                        result.complete(value);
                    } else {
                        result.completeExceptionally(unwrap(failure));
                    }
                },
                callbacks);
        return result.minimalCompletionStage();
    }

    static Throwable unwrap(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? unwrap(cause) : failure;
    }
}
