package io.dynamo.core.coordinate;

/**
 * What a write asks for.
 *
 * @param w acknowledgements
 * @param pw of them by primaries
 * @param durable of them synced
 * @param timeoutNanos how long it may last
 * @param trace whether to record what it did
 * @param expiresAfterMillis how long its value lives, from when it is minted; 0 for ever
 */
public record WritePlan(int w, int pw, int durable, long timeoutNanos, boolean trace, long expiresAfterMillis) {

    /**
     * Of a value that lives for ever.
     *
     * @param w acknowledgements
     * @param pw of them by primaries
     * @param durable of them synced
     * @param timeoutNanos how long it may last
     * @param trace whether to record what it did
     */
    public WritePlan(int w, int pw, int durable, long timeoutNanos, boolean trace) {
        this(w, pw, durable, timeoutNanos, trace, 0);
    }

    /** The same, with less time left. */
    WritePlan within(long leftNanos) {
        return new WritePlan(w, pw, durable, leftNanos, trace, expiresAfterMillis);
    }
}
