package io.dynamo.api;

import org.jspecify.annotations.Nullable;

/**
 * The storage of this node failed, or holds something it must not serve: a disk that is full or broken, a corrupt block,
 * a directory that went back in time. A missing value is never reported this way, nor this as a missing value.
 */
public final class StorageFailedException extends DynamoException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what failed and where, and what to do
     * @param outcome what is known about the write
     * @param cause the failure below, if any
     */
    public StorageFailedException(String message, Outcome outcome, @Nullable Throwable cause) {
        super(message, outcome, cause);
    }
}
