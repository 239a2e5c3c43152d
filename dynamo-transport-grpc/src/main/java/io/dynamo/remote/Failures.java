package io.dynamo.remote;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.dynamo.api.DynamoException;
import io.dynamo.api.InvalidContextException;
import io.dynamo.api.LimitException;
import io.dynamo.api.Option;
import io.dynamo.api.Outcome;
import io.dynamo.api.OverloadedException;
import io.dynamo.api.QuorumException;
import io.dynamo.api.ReplicaAnswer;
import io.dynamo.api.StorageFailedException;
import io.dynamo.api.WriteId;
import io.dynamo.remote.proto.Failure;
import io.dynamo.remote.proto.Failure.Kind;
import io.grpc.Metadata;
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

    private static final Metadata.Key<byte[]> DETAILS =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private Failures() {}

    /** The request names another cluster than the node's. */
    static final class OtherClusterException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OtherClusterException(String asked, String own) {
            super("cluster = \"" + asked + "\"; this node belongs to cluster \"" + own + "\"");
        }
    }

    /** What a read, or anything else that changes nothing, is told. */
    static StatusRuntimeException ofRead(Throwable thrown) {
        Throwable cause = causeOf(thrown);
        return status(cause, failure(cause));
    }

    /**
     * What a write is told.
     *
     * @param name of the write: with {@code UNKNOWN} comes its id, and a repetition is never told that nothing was applied
     * @param succeeded whether the node had applied it, and only its answer could not be made
     */
    static StatusRuntimeException ofWrite(Throwable thrown, Option.Id name, boolean succeeded) {
        Throwable cause = causeOf(thrown);
        Failure.Builder failure = failure(cause).toBuilder();
        if (name.repeated() || succeeded) {
            failure.setOutcome(io.dynamo.remote.proto.Outcome.OUTCOME_UNKNOWN);
        }
        if (succeeded) {
            // Applied, but without an answer: whoever repeats it is told the same, and can read.
            failure.setKind(Kind.KIND_DEFECT);
        }
        return status(cause, failure.setWriteId(Words.writeId(name.id())).build());
    }

    private static Throwable causeOf(Throwable thrown) {
        return thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
    }

    private static StatusRuntimeException status(Throwable cause, Failure failure) {
        if (failure.getKind() == Kind.KIND_DEFECT) {
            LOG.log(
                    Level.ERROR,
                    "a client's call failed for a reason that is no one's but ours; please report this",
                    cause);
        }
        return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                .setCode(code(failure).value())
                .setMessage(shortened(String.valueOf(cause.getMessage())))
                .addDetails(Any.pack(failure))
                .build());
    }

    private static String shortened(String message) {
        return message.length() <= MESSAGE_CHARS_MAX ? message : message.substring(0, MESSAGE_CHARS_MAX) + "...";
    }

    private static Failure failure(Throwable cause) {
        Kind kind = kind(cause);
        boolean isUnknown = kind == Kind.KIND_DEFECT
                || cause instanceof DynamoException known && known.outcome() == Outcome.UNKNOWN;
        Failure.Builder failure = Failure.newBuilder()
                .setKind(kind)
                .setOutcome(
                        isUnknown
                                ? io.dynamo.remote.proto.Outcome.OUTCOME_UNKNOWN
                                : io.dynamo.remote.proto.Outcome.OUTCOME_NOT_APPLIED);
        if (cause instanceof QuorumException quorum) {
            return quorum(failure, quorum);
        }
        if (cause instanceof OverloadedException overloaded) {
            failure.setRetryAfterMillis(
                    (int) Math.max(1, overloaded.retryAfter().toMillis()));
        }
        return failure.build();
    }

    private static Kind kind(Throwable cause) {
        if (cause instanceof QuorumException) {
            return Kind.KIND_QUORUM;
        }
        if (cause instanceof OverloadedException) {
            return Kind.KIND_OVERLOADED;
        }
        if (cause instanceof InvalidContextException) {
            return Kind.KIND_CONTEXT;
        }
        if (cause instanceof LimitException) {
            return Kind.KIND_LIMIT;
        }
        if (cause instanceof StorageFailedException) {
            return Kind.KIND_STORAGE;
        }
        if (cause instanceof OtherClusterException) {
            return Kind.KIND_CLUSTER;
        }
        if (cause instanceof IllegalArgumentException) {
            return Kind.KIND_ARGUMENT;
        }
        return cause instanceof IllegalStateException ? Kind.KIND_CLOSED : Kind.KIND_DEFECT;
    }

    private static Failure quorum(Failure.Builder failure, QuorumException quorum) {
        quorum.writeId().ifPresent(id -> failure.setWriteId(Words.writeId(id)));
        failure.setOperation(shortened(quorum.operation()))
                .setRequired(quorum.required())
                .setAcknowledged(quorum.acknowledged());
        quorum.replicas().forEach(answer -> failure.addReplicas(answer(answer)));
        Failure whole = failure.build();
        return whole.getSerializedSize() <= FAILURE_BYTES_MAX
                ? whole
                : failure.clearReplicas().build();
    }

    private static io.dynamo.remote.proto.ReplicaAnswer answer(ReplicaAnswer answer) {
        return io.dynamo.remote.proto.ReplicaAnswer.newBuilder()
                .setNode(answer.node())
                .setStatus(io.dynamo.remote.proto.ReplicaAnswer.Status.valueOf(
                        "STATUS_" + answer.status().name()))
                .setMicros(answer.elapsed().toNanos() / 1_000)
                .setDetail(answer.detail())
                .build();
    }

    private static Status.Code code(Failure failure) {
        return switch (failure.getKind()) {
            case KIND_ARGUMENT -> Status.Code.INVALID_ARGUMENT;
            case KIND_CONTEXT, KIND_LIMIT, KIND_CLUSTER -> Status.Code.FAILED_PRECONDITION;
            case KIND_OVERLOADED -> Status.Code.RESOURCE_EXHAUSTED;
            case KIND_QUORUM, KIND_STORAGE, KIND_CLOSED ->
                failure.getOutcome() == io.dynamo.remote.proto.Outcome.OUTCOME_NOT_APPLIED
                        ? Status.Code.UNAVAILABLE
                        : Status.Code.DEADLINE_EXCEEDED;
            default -> Status.Code.INTERNAL;
        };
    }

    /** What a node said about a call that failed; null if it was not the node that failed it. */
    static @Nullable Failure said(Throwable thrown) {
        Metadata trailers = Status.trailersFromThrowable(thrown);
        byte[] details = trailers == null ? null : trailers.get(DETAILS);
        if (details == null) {
            return null;
        }
        try {
            for (Any detail : com.google.rpc.Status.parseFrom(details).getDetailsList()) {
                if (detail.is(Failure.class)) {
                    return detail.unpack(Failure.class);
                }
            }
            return null;
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    static Outcome outcome(Failure failure) {
        return failure.getOutcome() == io.dynamo.remote.proto.Outcome.OUTCOME_NOT_APPLIED
                ? Outcome.NOT_APPLIED
                : Outcome.UNKNOWN;
    }

    /** Whether a status that no node made says that the request was not let in at all. */
    static boolean wasTurnedAway(Throwable thrown) {
        return switch (Status.fromThrowable(thrown).getCode()) {
            case UNIMPLEMENTED, UNAUTHENTICATED, PERMISSION_DENIED -> true;
            default -> false;
        };
    }

    /**
     * The exception that an embedded node would have thrown.
     *
     * @param id the write that failed; null for a read
     */
    static RuntimeException exception(Failure failure, Throwable thrown, @Nullable WriteId id) {
        String description = Status.fromThrowable(thrown).getDescription();
        String message = description == null ? "the node gave no reason" : description;
        Outcome outcome = outcome(failure);
        return switch (failure.getKind()) {
            case KIND_ARGUMENT -> new IllegalArgumentException(message);
            case KIND_CONTEXT -> new InvalidContextException(message);
            case KIND_LIMIT -> new LimitException(message);
            case KIND_OVERLOADED ->
                new OverloadedException(message, Duration.ofMillis(Math.max(1, failure.getRetryAfterMillis())));
            case KIND_QUORUM ->
                new QuorumException(
                        failure.getOperation(),
                        outcome,
                        failure.getRequired(),
                        failure.getAcknowledged(),
                        failure.getReplicasList().stream().map(Failures::answer).toList(),
                        id);
            case KIND_STORAGE, KIND_CLOSED -> new StorageFailedException(message, outcome, thrown);
            default -> new IllegalStateException("the node failed: " + message, thrown);
        };
    }

    private static ReplicaAnswer answer(io.dynamo.remote.proto.ReplicaAnswer answer) {
        ReplicaAnswer.Status status = switch (answer.getStatus()) {
            case STATUS_ACKNOWLEDGED -> ReplicaAnswer.Status.ACKNOWLEDGED;
            case STATUS_HINTED -> ReplicaAnswer.Status.HINTED;
            case STATUS_VALUE -> ReplicaAnswer.Status.VALUE;
            case STATUS_TOMBSTONE -> ReplicaAnswer.Status.TOMBSTONE;
            case STATUS_NOT_FOUND -> ReplicaAnswer.Status.NOT_FOUND;
            case STATUS_UNREACHABLE -> ReplicaAnswer.Status.UNREACHABLE;
            case STATUS_NO_ANSWER -> ReplicaAnswer.Status.NO_ANSWER;
            default -> ReplicaAnswer.Status.FAILED;
        };
        return new ReplicaAnswer(
                answer.getNode(), status, Duration.ofNanos(answer.getMicros() * 1_000), answer.getDetail());
    }
}
