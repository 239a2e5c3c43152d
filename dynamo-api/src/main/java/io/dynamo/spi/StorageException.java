package io.dynamo.spi;

import org.jspecify.annotations.Nullable;

/** An engine could not do what it was asked: the disk is full or broken, a block is corrupt, or the engine is closed. */
public final class StorageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what failed, where, and what to do
     * @param cause the failure below, if any
     */
    public StorageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
