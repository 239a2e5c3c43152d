package io.dynamo.core;

import io.dynamo.api.AsyncStore;
import io.dynamo.api.Context;
import io.dynamo.api.DynamoException;
import io.dynamo.api.Option;
import io.dynamo.api.Outcome;
import io.dynamo.api.Read;
import io.dynamo.api.Written;
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

    @Override
    public CompletionStage<Read<V>> get(String key, Option... options) {
        return outside(access.get(key, access.readPlan(options))
                .thenApplyAsync(result -> access.toRead(key, result), callbacks));
    }

    @Override
    public CompletionStage<Written> put(String key, V value, Context context, Option... options) {
        return write(access.write(key, value, context, options), access.writePlan(options));
    }

    @Override
    public CompletionStage<Written> delete(String key, Context context, Option... options) {
        return write(access.write(key, null, context, options), access.writePlan(options));
    }

    private CompletionStage<Written> write(StoreAccess.Write write, WritePlan plan) {
        return outside(access.send(write, plan).thenApplyAsync(result -> access.toWritten(write, result), callbacks));
    }

    @Override
    public CompletionStage<Optional<V>> update(String key, UnaryOperator<Optional<V>> change, Option... options) {
        ReadPlan readPlan = access.readPlan(options);
        WritePlan writePlan = access.writePlan(options);
        access.check(key);
        return outside(turns.take(key, writePlan.timeoutNanos())
                .thenComposeAsync(
                        turn -> {
                            UpdateStep<V> step = new UpdateStep<>(change, turn);
                            return again(
                                            UpdateStep.PUTS_MAX,
                                            UpdateStep::isWorthRestarting,
                                            () -> once(key, step, readPlan, writePlan))
                                    .whenComplete((done, failure) -> {
                                        if (failure != null
                                                && unwrap(failure) instanceof DynamoException known
                                                && known.outcome() == Outcome.NOT_APPLIED) {
                                            step.notApplied();
                                        }
                                        turns.done(key, step.stamp());
                                    });
                        },
                        callbacks));
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
        List<String> all = new ArrayList<>();
        return outside(keysFrom(0, access.readPlan(options), all).thenApplyAsync(ignored -> all, callbacks));
    }

    private CompletableFuture<Void> keysFrom(int partition, ReadPlan plan, List<String> all) {
        if (partition == access.partitions()) {
            return CompletableFuture.completedFuture(null);
        }
        return access.keys(partition, plan)
                .thenComposeAsync(
                        keys -> {
                            keys.forEach(key -> all.add(new String(key, StandardCharsets.UTF_8)));
                            return keysFrom(partition + 1, plan, all);
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

    /** Fails with the exception that the blocking call would throw, not with a wrapping one; cannot be completed by callers. */
    private <T> CompletionStage<T> outside(CompletableFuture<T> inner) {
        CompletableFuture<T> result = new CompletableFuture<>();
        var unused = inner.whenCompleteAsync((value, failure) -> pass(result, value, failure), callbacks);
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
