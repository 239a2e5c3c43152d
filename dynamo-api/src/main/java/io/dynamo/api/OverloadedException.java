package io.dynamo.api;

import java.time.Duration;

/** A configured limit of the node was reached and the request was shed before it began; nothing was applied. */
public final class OverloadedException extends DynamoException {

    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    /**
     * Creates the exception.
     *
     * @param message which limit was reached
     * @param retryAfter how long to wait before trying again
     */
    public OverloadedException(String message, Duration retryAfter) {
        super(message, Outcome.NOT_APPLIED, null);
        this.retryAfter = retryAfter;
    }

    /**
     * How long to wait before trying again.
     *
     * @return a positive duration
     */
    public Duration retryAfter() {
        return retryAfter;
    }
}
