package io.dynamo.api;

import java.util.List;

/**
 * A key has several concurrent values and its store has {@link Reconciler#siblings()}, which never merges: look at
 * {@link Read#siblings()}, choose, and put the result with the context of that read.
 */
public final class ConflictException extends DynamoException {

    private static final long serialVersionUID = 1L;

    private final transient List<?> siblings;

    /**
     * Creates the exception.
     *
     * @param message which key
     * @param siblings the concurrent values
     */
    public ConflictException(String message, List<?> siblings) {
        super(message, Outcome.NOT_APPLIED, null);
        this.siblings = List.copyOf(siblings);
    }

    /**
     * The concurrent values.
     *
     * @return at least two
     */
    public List<?> siblings() {
        return siblings;
    }
}
