package io.dynamo.core;

import io.dynamo.api.AsyncStore;
import io.dynamo.api.Context;
import io.dynamo.api.DynamoException;
import io.dynamo.api.Option;
import io.dynamo.api.Outcome;
import io.dynamo.api.QuorumException;
import io.dynamo.api.Read;
import io.dynamo.api.Store;
import io.dynamo.api.WriteId;
import io.dynamo.api.Written;
import io.dynamo.core.coordinate.KeyPage;
import io.dynamo.core.coordinate.ReadPlan;
import io.dynamo.core.coordinate.WritePlan;
import io.dynamo.core.coordinate.WriteResult;
import io.dynamo.spi.NodeRuntime;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The blocking form of a store: waits in the runtime, runs the application's code on the caller's thread. */
final class TypedStore<V> implements Store<V> {

    private final StoreAccess<V> access;
    private final Turns turns;
    private final NodeRuntime runtime;
    private final AsyncStore<V> async;

    TypedStore(StoreAccess<V> access, Turns turns, NodeRuntime runtime) {
        this.access = access;
        this.turns = turns;
        this.runtime = runtime;
        this.async = new TypedAsyncStore<>(access, turns, runtime.callbacks());
    }

    StoreAccess<V> access() {
        return access;
    }

    @Override
    public Read<V> get(String key, Option... options) {
        ReadPlan plan = access.readPlan(key, options);
        access.enter("get", key, null);
        try {
            return read(key, plan);
        } finally {
            access.leave();
        }
    }

    private Read<V> read(String key, ReadPlan plan) {
        return access.toRead(key, await("get " + key, access.get(key, plan), plan.timeoutNanos()));
    }

    @Override
    public Written put(String key, V value, Context context, Option... options) {
        return write("put", key, value, context, options);
    }

    @Override
    public Written delete(String key, Context context, Option... options) {
        return write("delete", key, null, context, options);
    }

    private Written write(String verb, String key, @Nullable V value, Context context, Option... options) {
        WritePlan plan = access.writePlan(options);
        access.enter(verb, key, Plans.repeated(options));
        try {
            return write(access.write(key, value, context, options), plan);
        } finally {
            access.leave();
        }
    }

    private Written write(StoreAccess.Write write, WritePlan plan) {
        CompletableFuture<WriteResult> sent = access.send(write, plan);
        WriteResult result;
        try {
            result = runtime.await(sent, Patience.beyond(plan.timeoutNanos()));
        } catch (InterruptedException | TimeoutException e) {
            access.leaveBehind(write, sent);
            throw left(
                    "put " + write.key(),
                    sent,
                    e,
                    Outcome.UNKNOWN,
                    write.command().id());
        }
        return access.toWritten(write, result);
    }

    @Override
    public Optional<V> update(String key, UnaryOperator<Optional<V>> change, Option... options) {
        ReadPlan readPlan = access.readPlan(key, options);
        WritePlan writePlan = access.writePlan(options);
        access.check(key);
        access.enter("update", key, null);
        try {
            return update(key, change, readPlan, writePlan);
        } finally {
            access.leave();
        }
    }

    private Optional<V> update(String key, UnaryOperator<Optional<V>> change, ReadPlan readPlan, WritePlan writePlan) {
        Turns.Turn turn = turn(key, writePlan.timeoutNanos());
        UpdateStep<V> step = new UpdateStep<>(change, turn);
        try {
            for (int tries = 1; ; tries++) {
                try {
                    return updateOnce(key, step, readPlan, writePlan);
                } catch (DynamoException e) {
                    if (e.outcome() == Outcome.NOT_APPLIED) {
                        step.notApplied();
                    }
                    if (tries >= UpdateStep.PUTS_MAX || !UpdateStep.isWorthRestarting(e)) {
                        throw e;
                    }
                }
            }
        } finally {
            turns.done(key, step.stamp());
        }
    }

    private Turns.Turn turn(String key, long timeoutNanos) {
        CompletableFuture<Turns.Turn> taken = turns.take(key, timeoutNanos);
        try {
            return await("update " + key, taken, timeoutNanos);
        } catch (RuntimeException e) {
            // The turn still comes; nobody is there to take it.
            var unused = taken.thenAccept(turn -> turns.done(key, turn.last()));
            throw e;
        }
    }

    private Optional<V> updateOnce(String key, UpdateStep<V> step, ReadPlan readPlan, WritePlan writePlan) {
        Read<V> read = read(key, readPlan);
        Optional<V> changed = step.apply(read.value());
        StoreAccess.Write write = access.repeatable(key, changed.orElse(null), read.context());
        RuntimeException unknown = null;
        for (int puts = 1; ; puts++) {
            try {
                write(write, writePlan);
                return changed;
            } catch (RuntimeException e) {
                // Whatever a repetition is refused for, the first put may have been applied.
                unknown = UpdateStep.unknown(unknown, e);
                if (unknown == null) {
                    throw e;
                }
                if (puts >= UpdateStep.PUTS_MAX) {
                    throw unknown;
                }
                write = write.again();
            }
        }
    }

    @Override
    public Stream<String> keys(Option... options) {
        ReadPlan plan = access.keysPlan(options);
        return IntStream.range(0, access.partitions())
                .boxed()
                .flatMap(partition -> partitionKeys(partition, plan).stream())
                .map(key -> new String(key, StandardCharsets.UTF_8));
    }

    private List<byte[]> partitionKeys(int partition, ReadPlan plan) {
        KeyPage page = page(partition, KeyPage.first(), plan);
        if (!page.more()) {
            return page.keys();
        }
        List<byte[]> keys = new ArrayList<>(page.keys());
        while (page.more()) {
            page = page(partition, page.after(), plan);
            keys.addAll(page.keys());
        }
        return keys;
    }

    /** Each page is an operation of its own: nobody knows when the stream of them is read on, or whether it is. */
    private KeyPage page(int partition, byte[] after, ReadPlan plan) {
        access.enter("keys", "", null);
        try {
            return await("keys", access.keys(partition, after, plan), plan.timeoutNanos());
        } finally {
            access.leave();
        }
    }

    @Override
    public AsyncStore<V> async() {
        return async;
    }

    /** Waits for what applies nothing. */
    private <T> T await(String operation, CompletionStage<T> stage, long timeoutNanos) {
        try {
            return runtime.await(stage, Patience.beyond(timeoutNanos));
        } catch (InterruptedException | TimeoutException e) {
            throw left(operation, stage, e, Outcome.NOT_APPLIED, null);
        }
    }

    /** The wait is over without an answer; what was waited for goes on, and keeps its place. */
    private QuorumException left(
            String operation, CompletionStage<?> stage, Exception why, Outcome outcome, @Nullable WriteId id) {
        access.keepPlaceUntil(stage);
        String said =
                why instanceof InterruptedException ? " was interrupted" : " was not answered, nor did it time out";
        return new QuorumException(operation + said, outcome, 1, 0, List.of(), id);
    }
}
