package io.dynamo.api;

import java.time.Duration;

/**
 * What one replica had to say to one request.
 *
 * @param node the replica's node id
 * @param status what came back
 * @param elapsed time from the start of the request to the answer, or to the end of waiting
 * @param detail the cause of a failure in words; empty otherwise
 */
public record ReplicaAnswer(String node, Status status, Duration elapsed, String detail) {

    /** The kinds of answer. */
    public enum Status {
        /** Stored as durably as the store promises. */
        ACKNOWLEDGED,
        /** Stored by a stand-in, with a hint for its owner. */
        HINTED,
        /** A value was read. */
        VALUE,
        /** The key was deleted; the tombstone is still known. */
        TOMBSTONE,
        /** The replica has never heard of the key. */
        NOT_FOUND,
        /** The replica said no, or failed. Never counted as a missing value. */
        FAILED,
        /** The request could not be sent at all. */
        UNREACHABLE,
        /** No answer while the request lasted. */
        NO_ANSWER
    }

    @Override
    public String toString() {
        return node + "=" + status + (detail.isEmpty() ? "" : " (" + detail + ")");
    }
}
