package io.dynamo.api;

/**
 * A context token was malformed, oversized, changed on its way, or made for another cluster, store or key (Dynamo §4.1:
 * the validity of the context is verified). Nothing was applied: read the key again and use the context of that read.
 */
public final class InvalidContextException extends DynamoException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what is wrong with the token
     */
    public InvalidContextException(String message) {
        super(message, Outcome.NOT_APPLIED, null);
    }
}
