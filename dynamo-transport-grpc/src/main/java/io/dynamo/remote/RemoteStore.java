package io.dynamo.remote;

import com.google.protobuf.ByteString;
import io.dynamo.api.AsyncStore;
import io.dynamo.api.Context;
import io.dynamo.api.Option;
import io.dynamo.api.Outcome;
import io.dynamo.api.QuorumException;
import io.dynamo.api.Read;
import io.dynamo.api.Store;
import io.dynamo.api.WriteId;
import io.dynamo.api.Written;
import io.dynamo.remote.proto.KeysResponse;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The blocking form of a remote store: waits for the asynchronous one. */
final class RemoteStore<V> implements Store<V> {

    private final RemoteAsyncStore<V> async;

    RemoteStore(Connection connection, ValueType<V> type) {
        this.async = new RemoteAsyncStore<>(connection, type);
    }

    ValueType<V> type() {
        return async.type();
    }

    @Override
    public Read<V> get(String key, Option... options) {
        refuseCallbackThread();
        return await("get " + key, async.get(key, options), Outcome.NOT_APPLIED, null);
    }

    @Override
    public Written put(String key, V value, Context context, Option... options) {
        refuseCallbackThread();
        Named named = named(options);
        return await("put " + key, async.put(key, value, context, named.options()), Outcome.UNKNOWN, named.id());
    }

    @Override
    public Written delete(String key, Context context, Option... options) {
        refuseCallbackThread();
        Named named = named(options);
        return await("delete " + key, async.delete(key, context, named.options()), Outcome.UNKNOWN, named.id());
    }

    @Override
    public Optional<V> update(String key, UnaryOperator<Optional<V>> change, Option... options) {
        refuseCallbackThread();
        return await("update " + key, async.update(key, change, options), Outcome.UNKNOWN, null);
    }

    @Override
    public Stream<String> keys(Option... options) {
        refuseCallbackThread();
        Iterator<String> keys = new Keys(options);
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(keys, Spliterator.DISTINCT | Spliterator.NONNULL), false);
    }

    @Override
    public AsyncStore<V> async() {
        return async;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Named(WriteId id, Option... options) {}

    /** A caller who is interrupted is told the name of the write, so that it can be found again. */
    private Named named(Option... options) {
        Option.Id name = async.named(options);
        Option[] more = Arrays.copyOf(options, options.length + 1);
        more[options.length] = name;
        return new Named(name.id(), more);
    }

    private static void refuseCallbackThread() {
        if (Connection.isCallbackThread()) {
            throw new IllegalStateException(
                    "a blocking call on a callback thread of the client would wait for itself; use"
                            + " async(), or call from a thread of the application");
        }
    }

    /** The stage ends by itself: each of its calls has a deadline. */
    private static <T> T await(
            String operation, CompletionStage<T> stage, Outcome interruptedOutcome, @Nullable WriteId id) {
        try {
            return stage.toCompletableFuture().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            QuorumException interrupted =
                    new QuorumException(operation + ": interrupted", interruptedOutcome, 1, 0, List.of(), id);
            interrupted.addSuppressed(e);
            throw interrupted;
        } catch (ExecutionException e) {
            Throwable cause = RemoteAsyncStore.unwrap(e.getCause() == null ? e : e.getCause());
            if (cause instanceof RuntimeException failure) {
                // The stack of the caller, who would otherwise not see where it was.
                failure.addSuppressed(new Asked(operation));
                throw failure;
            }
            if (cause instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(operation + " failed", cause);
        }
    }

    /** Where a call came from. */
    private static final class Asked extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Asked(String operation) {
            super("asked for here: " + operation);
        }
    }

    /** Pages are fetched as they are needed. */
    private final class Keys implements Iterator<String> {
        private final Option[] options;
        private Iterator<String> page = List.<String>of().iterator();
        private @Nullable ByteString next = ByteString.EMPTY;

        Keys(Option... options) {
            this.options = options;
        }

        @Override
        public boolean hasNext() {
            while (!page.hasNext() && next != null) {
                KeysResponse response = await("keys", async.page(next, options), Outcome.NOT_APPLIED, null);
                page = response.getKeysList().iterator();
                next = response.getNextPage().isEmpty() ? null : response.getNextPage();
            }
            return page.hasNext();
        }

        @Override
        public String next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return page.next();
        }
    }
}
