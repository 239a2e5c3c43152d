package io.dynamo.api;

/** What is known about a write that failed. */
public enum Outcome {
    /** Nothing was stored or sent. */
    NOT_APPLIED,
    /** The write may or may not take effect. */
    UNKNOWN
}
