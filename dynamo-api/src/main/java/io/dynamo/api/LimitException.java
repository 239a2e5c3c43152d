package io.dynamo.api;

/**
 * A write would have grown a record beyond a limit of its store (siblings or bytes), or a blind put was made to a store
 * that refuses them. Nothing was applied; a write that lowers the number of siblings is never refused.
 */
public final class LimitException extends DynamoException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message the limit, its configured value, and the value that was asked for
     */
    public LimitException(String message) {
        super(message, Outcome.NOT_APPLIED, null);
    }
}
