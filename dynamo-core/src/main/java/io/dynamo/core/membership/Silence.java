package io.dynamo.core.membership;

import java.util.concurrent.atomic.AtomicLong;

/** Since when a member lets this node wait. Thread: any. */
final class Silence {

    private static final long NOTHING_WAITS = Long.MIN_VALUE;

    private final AtomicLong sinceNanos = new AtomicLong(NOTHING_WAITS);
    private volatile boolean isSuspected;
    private volatile boolean hasAnswered;

    /** It was asked something that it can answer alone. */
    void asked(long nowNanos) {
        if (sinceNanos.get() == NOTHING_WAITS) {
            sinceNanos.compareAndSet(NOTHING_WAITS, nowNanos);
        }
    }

    /** It answered, whatever and to whatever: it is there. */
    void answered() {
        if (sinceNanos.get() != NOTHING_WAITS) {
            sinceNanos.set(NOTHING_WAITS);
        }
        if (!hasAnswered) {
            hasAnswered = true;
        }
        if (isSuspected) {
            isSuspected = false;
        }
    }

    /** It owes an answer that may be another node's fault. */
    void suspected() {
        isSuspected = true;
    }

    boolean isSuspected() {
        return isSuspected;
    }

    /** Only what it answers from now on shows that it is back. */
    void listen() {
        hasAnswered = false;
    }

    boolean hasAnswered() {
        return hasAnswered;
    }

    /** This node was not there to hear an answer: the wait begins anew. */
    void forgive(long nowNanos) {
        long since = sinceNanos.get();
        if (since != NOTHING_WAITS) {
            sinceNanos.compareAndSet(since, nowNanos);
        }
    }

    /** How long the oldest question has waited that no answer came after; 0 if nothing waits. */
    long nanos(long nowNanos) {
        long since = sinceNanos.get();
        return since == NOTHING_WAITS ? 0 : Math.max(1, nowNanos - since);
    }
}
