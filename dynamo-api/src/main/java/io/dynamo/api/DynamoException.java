package io.dynamo.api;

/**
 * An operation that failed although it was asked for correctly. Misuse is told by {@link IllegalArgumentException} and
 * {@link IllegalStateException} instead.
 *
 * <p>Each subtype holds what is known as data; {@link #outcome()} says whether a write may still appear.
 */
public abstract sealed class DynamoException extends RuntimeException
        permits QuorumException,
                OverloadedException,
                InvalidContextException,
                ConflictException,
                LimitException,
                ConfigException,
                StorageFailedException,
                ValueException {

    private static final long serialVersionUID = 1L;

    private final Outcome outcome;

    /**
     * Creates the exception.
     *
     * @param message what happened, with the values involved and what to do
     * @param outcome what is known about the write
     * @param cause the failure below, if any
     */
    DynamoException(String message, Outcome outcome, @org.jspecify.annotations.Nullable Throwable cause) {
        super(message, cause);
        this.outcome = outcome;
    }

    /**
     * What is known about the write; {@link Outcome#NOT_APPLIED} for every failed read.
     *
     * @return the outcome
     */
    public final Outcome outcome() {
        return outcome;
    }
}
