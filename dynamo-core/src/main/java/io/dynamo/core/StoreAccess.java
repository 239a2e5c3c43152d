package io.dynamo.core;

import io.dynamo.api.Context;
import io.dynamo.api.DynamoException;
import io.dynamo.api.Option;
import io.dynamo.api.OverloadedException;
import io.dynamo.api.ReplicaAnswer;
import io.dynamo.api.WriteId;
import io.dynamo.api.Written;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.ContextTokens;
import io.dynamo.core.causality.Version;
import io.dynamo.core.config.NodeSettings;
import io.dynamo.core.coordinate.KeyPage;
import io.dynamo.core.coordinate.ReadPlan;
import io.dynamo.core.coordinate.ReadResult;
import io.dynamo.core.coordinate.Repeats;
import io.dynamo.core.coordinate.WriteCommand;
import io.dynamo.core.coordinate.WriteCommand.Origin;
import io.dynamo.core.coordinate.WritePlan;
import io.dynamo.core.coordinate.WriteResult;
import io.dynamo.core.runtime.Admission;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The words of one store, from the application's types to the machine's and back. Thread: any. */
final class StoreAccess<V> {

    private final NodeCore node;
    private final StoreType<V> type;
    private final Plans plans;
    private final ContextTokens tokens;
    private final WriteIds ids;
    private final Sessions sessions;

    StoreAccess(NodeCore node, StoreType<V> type, ContextTokens tokens, WriteIds ids) {
        this.node = node;
        this.type = type;
        this.plans = new Plans(node.parts().settings(), type.name());
        this.tokens = tokens;
        this.ids = ids;
        this.sessions = new Sessions(
                node.parts().settings(), tokens, () -> node.runtime().wallMillis());
    }

    /**
     * Lets an operation in through the node's door. {@link #leave} must follow.
     *
     * @param repeated the write id that the application gave; null if there is none
     * @throws DynamoException if there is no room: nothing was begun
     */
    void enter(String verb, String key, @Nullable WriteId repeated) {
        Admission door = node.admission();
        if (door.enter()) {
            return;
        }
        String name = key.isEmpty() ? type.name() : type.name() + "/" + key;
        OverloadedException refusal =
                new OverloadedException(verb + " " + name + ": " + door.refusal(), Admission.RETRY_AFTER);
        throw repeated == null ? refusal : Repeats.weakened(name, repeated, refusal);
    }

    /** An operation has ended. */
    void leave() {
        node.admission().leave();
    }

    /** A caller has left; what it waited for goes on, and still counts. */
    void keepPlaceUntil(CompletionStage<?> done) {
        node.admission().keepUntil(done);
    }

    /** Refuses a key before anything is begun for it. */
    void check(String key) {
        var unused = bytes(key);
    }

    StoreType<V> type() {
        return type;
    }

    /** What a read of a key asks for. */
    ReadPlan readPlan(String key, Option... options) {
        ReadPlan plan = plans.read(options);
        Context session = Plans.session(options);
        return session.isNone() ? plan : plan.in(sessions.of(session, type.name(), bytes(key)));
    }

    /** What a listing of keys asks for. */
    ReadPlan keysPlan(Option... options) {
        if (!Plans.session(options).isNone()) {
            throw new IllegalArgumentException(
                    "a session is of one key, and keys are listed of store " + type.name() + "; leave the option out");
        }
        return plans.read(options);
    }

    WritePlan writePlan(Option... options) {
        return plans.write(options);
    }

    CompletableFuture<ReadResult> get(String key, ReadPlan plan) {
        return node.get(type.name(), bytes(key), plan);
    }

    TypedRead<V> toRead(String key, ReadResult result) {
        List<Version> alive = new ArrayList<>(1);
        for (Version version : result.set().asOf(node.runtime().wallMillis()).distinctWrites()) {
            if (!version.isTombstone()) {
                alive.add(version);
            }
        }
        Context context = tokens.context(
                type.name(), bytes(key), result.set().context(), result.set().highestTimestamp());
        return new TypedRead<>(type, key, alive, context, result);
    }

    /**
     * A write, ready to be sent, and sent again if need be.
     *
     * @param key the key
     * @param keyBytes the same
     * @param command what to write
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Write(String key, byte[] keyBytes, WriteCommand command) {
        /** The same write, after a try of unknown outcome: it may have been minted by any coordinator. */
        Write again() {
            return new Write(
                    key,
                    keyBytes,
                    new WriteCommand(
                            command.id(),
                            command.seen(),
                            command.blind(),
                            command.seenTimestamp(),
                            command.value(),
                            Origin.ELSEWHERE));
        }
    }

    Write write(String key, @Nullable V value, Context context, Option... options) {
        Option.Id given = Plans.name(options);
        if (given == null) {
            return write(key, value, context, ids.next(), Origin.FRESH);
        }
        if (!given.repeated()) {
            refuseTimeOf(given.id());
        }
        return write(key, value, context, given.id(), given.repeated() ? Origin.ELSEWHERE : Origin.FIRST);
    }

    /** A name from another time could not be repeated, or would never be forgotten. */
    private void refuseTimeOf(WriteId id) {
        NodeSettings.Requests requests = node.parts().settings().requests();
        long age = node.runtime().wallMillis() - id.epochMillis();
        long windowMillis = requests.retryWindow().toMillis();
        long skewMillis = requests.clockSkewMax().toMillis();
        if (age > windowMillis || -age > skewMillis) {
            throw new IllegalArgumentException("write id " + id + " of a new write is " + age
                    + " ms old; allowed: up to retry.window = " + windowMillis
                    + " ms, and ahead by up to clock.skew-max = "
                    + skewMillis + " ms");
        }
    }

    /** A write that {@code update} may send again. */
    Write repeatable(String key, @Nullable V value, Context context) {
        return write(key, value, context, ids.next(), Origin.FIRST);
    }

    private Write write(String key, @Nullable V value, Context context, WriteId id, Origin origin) {
        byte[] keyBytes = bytes(key);
        byte[] encoded = value == null ? null : encode(key, value);
        if (context.isNone()) {
            return new Write(key, keyBytes, new WriteCommand(id, CausalContext.EMPTY, true, 0, encoded, origin));
        }
        ContextTokens.Seen seen = tokens.open(context, type.name(), keyBytes);
        return new Write(
                key, keyBytes, new WriteCommand(id, seen.causal(), false, seen.highestTimestamp(), encoded, origin));
    }

    CompletableFuture<WriteResult> send(Write write, WritePlan plan) {
        return node.put(type.name(), write.keyBytes(), write.command(), plan);
    }

    /** The caller of a write has left, and was told its id: the write must be known should it come again. */
    void leaveBehind(Write write, CompletableFuture<WriteResult> sent) {
        if (write.command().origin() == Origin.FRESH) {
            node.remember(type.name(), write.keyBytes(), write.command().id(), sent);
        }
    }

    /** The caller's context and the one minted dot: never what the coordinator knows beyond it. */
    Written toWritten(Write write, WriteResult result) {
        Context context = tokens.context(
                type.name(),
                write.keyBytes(),
                write.command().seen().with(result.dot()),
                Math.max(write.command().seenTimestamp(), result.timestamp()));
        List<String> acknowledged = new ArrayList<>(3);
        List<String> hinted = new ArrayList<>(0);
        for (ReplicaAnswer answer : result.answers()) {
            if (answer.status() == ReplicaAnswer.Status.ACKNOWLEDGED
                    || answer.status() == ReplicaAnswer.Status.HINTED) {
                acknowledged.add(answer.node());
            }
            if (answer.status() == ReplicaAnswer.Status.HINTED) {
                hinted.add(answer.node());
            }
        }
        return new Written(context, write.command().id(), result.coordinator(), acknowledged, hinted, result.trace());
    }

    CompletableFuture<KeyPage> keys(int partition, byte[] after, ReadPlan plan) {
        return node.keys(type.name(), partition, after, plan);
    }

    int partitions() {
        return node.partitions();
    }

    private byte[] encode(String key, V value) {
        byte[] bytes = type.codec().encode(value);
        int max = node.parts().settings().limits().valueBytesMax();
        if (bytes.length > max) {
            throw new IllegalArgumentException("the value of " + type.name() + "/" + key + " has " + bytes.length
                    + " bytes; limits.value is " + max);
        }
        return bytes;
    }

    private byte[] bytes(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        int max = node.parts().settings().limits().keyBytesMax();
        if (bytes.length == 0 || bytes.length > max) {
            throw new IllegalArgumentException("a key of " + bytes.length + " bytes in store " + type.name() + "; 1 to "
                    + max + " bytes (limits.key) are allowed");
        }
        // Text that is no Unicode would be written as '?', and two keys would become one.
        for (int i = 0; i < key.length(); i++) {
            if (Character.isSurrogate(key.charAt(i))) {
                if (!new String(bytes, StandardCharsets.UTF_8).equals(key)) {
                    throw new IllegalArgumentException(
                            "a key of store " + type.name() + " holds half a surrogate pair at character " + i);
                }
                break;
            }
        }
        return bytes;
    }
}
