package io.dynamo.api;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Too few replicas answered in time (Dynamo §4.5).
 *
 * <p>For a write, {@link #outcome()} is {@link Outcome#UNKNOWN} as soon as anything was stored or sent.
 */
public final class QuorumException extends DynamoException {

    private static final long serialVersionUID = 1L;

    private final String operation;
    private final int required;
    private final int acknowledged;
    private final transient List<ReplicaAnswer> replicas;
    private final @Nullable WriteId writeId;

    /**
     * Creates the exception.
     *
     * @param operation what was asked, for example {@code put carts/alice}
     * @param outcome what is known about the write
     * @param required how many replicas had to answer
     * @param acknowledged how many did
     * @param replicas what each replica said
     * @param writeId names the write; null for a read
     */
    public QuorumException(
            String operation,
            Outcome outcome,
            int required,
            int acknowledged,
            List<ReplicaAnswer> replicas,
            @Nullable WriteId writeId) {
        super(
                operation + ": " + acknowledged + " of " + required + " replicas answered; outcome " + outcome + "; "
                        + replicas,
                outcome,
                null);
        this.operation = operation;
        this.required = required;
        this.acknowledged = acknowledged;
        this.replicas = List.copyOf(replicas);
        this.writeId = writeId;
    }

    /**
     * Names the write that failed: repeat it with {@link Option#writeId} to find out without writing twice.
     *
     * @return empty for a read
     */
    public Optional<WriteId> writeId() {
        return Optional.ofNullable(writeId);
    }

    /**
     * What was asked.
     *
     * @return for example {@code put carts/alice}
     */
    public String operation() {
        return operation;
    }

    /**
     * How many replicas had to answer.
     *
     * @return R or W of the request
     */
    public int required() {
        return required;
    }

    /**
     * How many replicas answered as asked.
     *
     * @return less than {@link #required()}
     */
    public int acknowledged() {
        return acknowledged;
    }

    /**
     * What each replica said.
     *
     * @return one entry for each replica that was asked, or that could not be asked
     */
    public List<ReplicaAnswer> replicas() {
        return replicas;
    }
}
