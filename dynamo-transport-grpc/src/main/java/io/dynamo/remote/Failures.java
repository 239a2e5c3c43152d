package io.dynamo.remote;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.dynamo.api.DynamoException;
import io.dynamo.api.InvalidContextException;
import io.dynamo.api.LimitException;
import io.dynamo.api.Outcome;
import io.dynamo.api.OverloadedException;
import io.dynamo.api.QuorumException;
import io.dynamo.api.ReplicaAnswer;
import io.dynamo.api.StorageFailedException;
import io.dynamo.remote.proto.Failure;
import io.dynamo.remote.proto.Failure.Kind;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Failures as the wire has them, both ways. */
final class Failures {

    private static final Logger LOG = System.getLogger("io.dynamo.remote");

    // All of it travels in trailers, of which a client takes 8 KiB by default, with the message in it twice.
    private static final int MESSAGE_CHARS_MAX = 1_000;
    private static final int FAILURE_BYTES_MAX = 3_000;

    private Failures() {}

    static StatusRuntimeException status(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        Failure failure = failure(cause);
        Status.Code code = code(failure);
        if (failure.getKind() == Kind.DEFECT) {
            LOG.log(
                    Level.ERROR,
                    "a client's call failed for a reason that is no one's but ours; please report this",
                    cause);
        }
        return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                .setCode(code.value())
                .setMessage(shortened(String.valueOf(cause.getMessage())))
                .addDetails(Any.pack(failure))
                .build());
    }

    private static String shortened(String message) {
        return message.length() <= MESSAGE_CHARS_MAX ? message : message.substring(0, MESSAGE_CHARS_MAX) + "...";
    }

    private static Failure failure(Throwable cause) {
        Failure.Builder failure = Failure.newBuilder().setOutcome(io.dynamo.remote.proto.Outcome.NOT_APPLIED);
        if (cause instanceof DynamoException known && known.outcome() == Outcome.UNKNOWN) {
            failure.setOutcome(io.dynamo.remote.proto.Outcome.UNKNOWN);
        }
        if (cause instanceof QuorumException quorum) {
            return quorum(failure, quorum);
        }
        if (cause instanceof OverloadedException overloaded) {
            return failure.setKind(Kind.OVERLOADED)
                    .setRetryAfterMillis((int) overloaded.retryAfter().toMillis())
                    .build();
        }
        Kind kind = kind(cause);
        if (kind == Kind.DEFECT) {
            failure.setOutcome(io.dynamo.remote.proto.Outcome.UNKNOWN);
        }
        return failure.setKind(kind).build();
    }

    private static Kind kind(Throwable cause) {
        if (cause instanceof InvalidContextException) {
            return Kind.CONTEXT;
        }
        if (cause instanceof LimitException) {
            return Kind.LIMIT;
        }
        if (cause instanceof StorageFailedException) {
            return Kind.STORAGE;
        }
        if (cause instanceof IllegalArgumentException) {
            return Kind.ARGUMENT;
        }
        return cause instanceof IllegalStateException ? Kind.CLOSED : Kind.DEFECT;
    }

    private static Failure quorum(Failure.Builder failure, QuorumException quorum) {
        quorum.writeId().ifPresent(id -> failure.setWriteId(Words.writeId(id)));
        failure.setKind(Kind.QUORUM)
                .setOperation(shortened(quorum.operation()))
                .setRequired(quorum.required())
                .setAcknowledged(quorum.acknowledged());
        for (ReplicaAnswer answer : quorum.replicas()) {
            failure.addReplicas(io.dynamo.remote.proto.ReplicaAnswer.newBuilder()
                    .setNode(answer.node())
                    .setStatus(answer.status().name())
                    .setMicros(answer.elapsed().toNanos() / 1_000)
                    .setDetail(answer.detail()));
        }
        Failure whole = failure.build();
        return whole.getSerializedSize() <= FAILURE_BYTES_MAX
                ? whole
                : failure.clearReplicas().build();
    }

    private static Status.Code code(Failure failure) {
        return switch (failure.getKind()) {
            case ARGUMENT -> Status.Code.INVALID_ARGUMENT;
            case CONTEXT, LIMIT -> Status.Code.FAILED_PRECONDITION;
            case OVERLOADED -> Status.Code.RESOURCE_EXHAUSTED;
            case QUORUM, STORAGE, CLOSED ->
                failure.getOutcome() == io.dynamo.remote.proto.Outcome.UNKNOWN
                        ? Status.Code.DEADLINE_EXCEEDED
                        : Status.Code.UNAVAILABLE;
            default -> Status.Code.INTERNAL;
        };
    }

    /** What a node said about a call that failed; null if it was not the node that failed it. */
    static @Nullable Failure said(Throwable thrown) {
        com.google.rpc.Status status = StatusProto.fromThrowable(thrown);
        if (status == null
                || status.getDetailsCount() == 0
                || !status.getDetails(0).is(Failure.class)) {
            return null;
        }
        try {
            return status.getDetails(0).unpack(Failure.class);
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    /** The exception that an embedded node would have thrown. */
    static RuntimeException exception(Failure failure, Throwable thrown) {
        String description = Status.fromThrowable(thrown).getDescription();
        String message = description == null ? "the node gave no reason" : description;
        Outcome outcome = outcome(failure);
        return switch (failure.getKind()) {
            case ARGUMENT -> new IllegalArgumentException(message);
            case CONTEXT -> new InvalidContextException(message);
            case LIMIT -> new LimitException(message);
            case OVERLOADED ->
                new OverloadedException(message, Duration.ofMillis(Math.max(1, failure.getRetryAfterMillis())));
            case QUORUM ->
                new QuorumException(
                        failure.getOperation(),
                        outcome,
                        failure.getRequired(),
                        failure.getAcknowledged(),
                        failure.getReplicasList().stream().map(Failures::answer).toList(),
                        failure.hasWriteId() ? Words.writeId(failure.getWriteId()) : null);
            case STORAGE, CLOSED -> new StorageFailedException(message, outcome, thrown);
            default -> new IllegalStateException("the node failed: " + message, thrown);
        };
    }

    static Outcome outcome(Failure failure) {
        return failure.getOutcome() == io.dynamo.remote.proto.Outcome.NOT_APPLIED
                ? Outcome.NOT_APPLIED
                : Outcome.UNKNOWN;
    }

    private static ReplicaAnswer answer(io.dynamo.remote.proto.ReplicaAnswer answer) {
        ReplicaAnswer.Status status;
        try {
            status = ReplicaAnswer.Status.valueOf(answer.getStatus());
        } catch (IllegalArgumentException e) {
            status = ReplicaAnswer.Status.FAILED;
        }
        return new ReplicaAnswer(
                answer.getNode(), status, Duration.ofNanos(answer.getMicros() * 1_000), answer.getDetail());
    }
}
