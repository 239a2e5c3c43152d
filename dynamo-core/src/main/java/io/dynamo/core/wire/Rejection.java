package io.dynamo.core.wire;

/**
 * A replica did not do what it was asked. Never counted as a missing value.
 *
 * @param request names the request
 * @param reason which kind
 * @param detail in words
 */
public record Rejection(long request, Reason reason, String detail) implements Message.Response {

    /** Why; the numbers are the wire's. */
    public enum Reason {
        /** A reason this version does not know. */
        OTHER(0),
        /** Its storage failed. */
        STORAGE_FAILED(1),
        /** It was started again since the handshake; nothing was applied. */
        STALE_SESSION(2),
        /** It places keys differently; nothing was applied. */
        OTHER_PLACEMENT(3),
        /** A limit of it was reached; nothing was applied. */
        OVERLOADED(4),
        /** It keeps as much for others as it may; nothing was applied. */
        HINTS_FULL(5),
        /** It has lost its data and has not caught up with the other owners; it says nothing about the key. */
        BEHIND(6);

        private final int number;

        Reason(int number) {
            this.number = number;
        }

        /**
         * How it is written.
         *
         * @return never changes
         */
        public int number() {
            return number;
        }
    }
}
