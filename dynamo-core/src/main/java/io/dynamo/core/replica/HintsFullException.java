package io.dynamo.core.replica;

/** This node keeps as much for others as it may; nothing was applied, and another stand-in may take the write. */
public final class HintsFullException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    HintsFullException(long bytesMax) {
        super("this node holds " + bytesMax + " bytes for others, which is all it may (hints.bytes)");
    }
}
