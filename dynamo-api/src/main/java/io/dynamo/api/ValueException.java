package io.dynamo.api;

/**
 * The application's own code failed on a value: its codec could not read the bytes, or its reconciler threw. The stored
 * versions are left as they are.
 */
public final class ValueException extends DynamoException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message which store and key, and which of the two failed
     * @param cause what the application's code threw
     */
    public ValueException(String message, Throwable cause) {
        super(message, Outcome.NOT_APPLIED, cause);
    }
}
