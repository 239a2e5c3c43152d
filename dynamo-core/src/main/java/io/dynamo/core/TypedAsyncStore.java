package io.dynamo.core;

import io.dynamo.api.AsyncStore;
import io.dynamo.api.Context;
import io.dynamo.api.DynamoException;
import io.dynamo.api.Option;
import io.dynamo.api.Outcome;
import io.dynamo.api.Read;
import io.dynamo.api.Written;
import io.dynamo.core.coordinate.KeyPage;
import io.dynamo.core.coordinate.ReadPlan;
import io.dynamo.core.coordinate.WritePlan;
import io.dynamo.core.coordinate.WriteResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The asynchronous form of a store: the application's code runs on the callback executor, never on a lane. */
final class TypedAsyncStore<V> implements AsyncStore<V> {

    private final StoreAccess<V> access;
    private final Turns turns;
    private final Executor callbacks;

    TypedAsyncStore(StoreAccess<V> access, Turns turns, Executor callbacks) {
        this.access = access;
        this.turns = turns;
        this.callbacks = callbacks;
    }

    StoreAccess<V> access() {
        return access;
    }

    @Override
    public CompletionStage<Read<V>> get(String key, Option... options) {
        ReadPlan plan = access.readPlan(key, options);
        return admitted(
                () -> access.enter("get", key, null),
                () -> outside(access.get(key, plan), result -> access.toRead(key, result)));
    }

    @Override
    public CompletionStage<Written> put(String key, V value, Context context, Option... options) {
        return write("put", key, value, context, options);
    }

    @Override
    public CompletionStage<Written> delete(String key, Context context, Option... options) {
        return write("delete", key, null, context, options);
    }

    private CompletionStage<Written> write(
            String verb, String key, @Nullable V value, Context context, Option... options) {
        WritePlan plan = access.writePlan(options);
        return admitted(() -> access.enter(verb, key, Plans.repeated(options)), () -> {
            StoreAccess.Write write = access.write(key, value, context, options);
            return outside(access.send(write, plan), result -> access.toWritten(write, result));
        });
    }

    @Override
    public CompletionStage<Optional<V>> update(String key, UnaryOperator<Optional<V>> change, Option... options) {
        ReadPlan readPlan = access.readPlan(key, options);
        WritePlan writePlan = access.writePlan(options);
        access.check(key);
        return admitted(
                () -> access.enter("update", key, null),
                () -> outside(
                        turns.take(key, writePlan.timeoutNanos())
                                .thenComposeAsync(
                                        turn -> turn(key, new UpdateStep<>(change, turn), readPlan, writePlan),
                                        callbacks),
                        Function.identity()));
    }

    private CompletableFuture<Optional<V>> turn(
            String key, UpdateStep<V> step, ReadPlan readPlan, WritePlan writePlan) {
        return again(UpdateStep.PUTS_MAX, UpdateStep::isWorthRestarting, () -> once(key, step, readPlan, writePlan))
                .whenComplete((done, failure) -> {
                    if (failure != null
                            && unwrap(failure) instanceof DynamoException known
                            && known.outcome() == Outcome.NOT_APPLIED) {
                        step.notApplied();
                    }
                    turns.done(key, step.stamp());
                });
    }

    private CompletableFuture<Optional<V>> once(
            String key, UpdateStep<V> step, ReadPlan readPlan, WritePlan writePlan) {
        return access.get(key, readPlan)
                .thenComposeAsync(
                        result -> {
                            TypedRead<V> read = access.toRead(key, result);
                            Optional<V> changed = step.apply(read.value());
                            StoreAccess.Write write = access.repeatable(key, changed.orElse(null), read.context());
                            return untilKnown(UpdateStep.PUTS_MAX, null, write, writePlan)
                                    .thenApply(ignored -> changed);
                        },
                        callbacks);
    }

    @Override
    public CompletionStage<List<String>> keys(Option... options) {
        ReadPlan plan = access.keysPlan(options);
        return admitted(
                () -> access.enter("keys", "", null),
                () -> outside(keysFrom(0, KeyPage.first(), plan, new ArrayList<>()), Function.identity()));
    }

    private CompletableFuture<List<String>> keysFrom(int partition, byte[] after, ReadPlan plan, List<String> all) {
        if (partition == access.partitions()) {
            return CompletableFuture.completedFuture(all);
        }
        return access.keys(partition, after, plan)
                .thenComposeAsync(
                        page -> {
                            page.keys().forEach(key -> all.add(new String(key, StandardCharsets.UTF_8)));
                            return page.more()
                                    ? keysFrom(partition, page.after(), plan, all)
                                    : keysFrom(partition + 1, KeyPage.first(), plan, all);
                        },
                        callbacks);
    }

    /** Whether a failure is worth another try. */
    private interface Judge {
        boolean isWorthIt(Throwable failure);
    }

    private <T> CompletableFuture<T> again(int tries, Judge judge, Supplier<CompletableFuture<T>> attempt) {
        CompletableFuture<T> result = new CompletableFuture<>();
        var unused = attempt.get()
                .whenCompleteAsync(
                        (value, failure) -> {
                            if (failure == null) {
                                result.complete(value);
                            } else if (tries > 1 && judge.isWorthIt(unwrap(failure))) {
                                var unusedToo = again(tries - 1, judge, attempt)
                                        .whenComplete((done, last) -> pass(result, done, last));
                            } else {
                                result.completeExceptionally(unwrap(failure));
                            }
                        },
                        callbacks);
        return result;
    }

    /** Sends a write again while its outcome is unknown. */
    private CompletableFuture<WriteResult> untilKnown(
            int puts, @Nullable Throwable before, StoreAccess.Write write, WritePlan plan) {
        CompletableFuture<WriteResult> result = new CompletableFuture<>();
        var unused = access.send(write, plan)
                .whenCompleteAsync(
                        (value, failure) -> {
                            Throwable cause = failure == null ? null : unwrap(failure);
                            Throwable unknown = cause == null ? null : UpdateStep.unknown(before, cause);
                            if (unknown != null && puts > 1) {
                                var unusedToo = untilKnown(puts - 1, unknown, write.again(), plan)
                                        .whenComplete((done, last) -> pass(result, done, last));
                            } else {
                                pass(result, value, unknown == null ? cause : unknown);
                            }
                        },
                        callbacks);
        return result;
    }

    /** Begins an operation if the door lets it in; {@link #outside} lets it out. */
    <R> CompletionStage<R> admitted(Runnable enter, Supplier<CompletionStage<R>> begin) {
        try {
            enter.run();
        } catch (DynamoException e) {
            return CompletableFuture.failedStage(e);
        }
        try {
            return begin.get();
        } catch (RuntimeException | Error e) {
            access.leave();
            throw e;
        }
    }

    /**
     * Hands the outcome of an operation to the application. Its place is free again when the application's callbacks
     * begin, so that one of them may call the next operation.
     *
     * @param inner what the machine answers
     * @param last turns it into what the application is told, on the callback executor
     * @return fails with the exception that the blocking call would throw, not with a wrapping one; cannot be completed by
     *     callers
     */
    <T, R> CompletionStage<R> outside(CompletableFuture<T> inner, Function<T, R> last) {
        CompletableFuture<R> result = new CompletableFuture<>();
        var unused = inner.handleAsync(
                        (value, failure) -> {
                            if (failure != null) {
                                throw new CompletionException(unwrap(failure));
                            }
                            return last.apply(value);
                        },
                        callbacks)
                .whenComplete((answer, failure) -> {
                    access.leave();
                    pass(result, answer, failure);
                });
        return result.minimalCompletionStage();
    }

    private static <T> void pass(CompletableFuture<T> result, T value, @Nullable Throwable failure) {
        if (failure == null) {
            result.complete(value);
        } else {
            result.completeExceptionally(unwrap(failure));
        }
    }

    private static Throwable unwrap(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}
