package io.dynamo.api;

/** What is known about a write that did not succeed. */
public enum Outcome {
    /** Nothing was stored and nothing was sent: the write will never become visible. Safe to do again. */
    NOT_APPLIED,
    /**
     * The write was minted but not acknowledged as asked for. It may be visible now, later or never; repeat it with the
     * same {@link WriteId} to find out without writing twice.
     */
    UNKNOWN
}
