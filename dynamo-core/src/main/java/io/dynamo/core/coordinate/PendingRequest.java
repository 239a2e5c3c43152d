package io.dynamo.core.coordinate;

import io.dynamo.api.Trace;
import io.dynamo.api.WriteId;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.wire.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request that waits for answers: the common part of all state machines here. */
abstract class PendingRequest {

    final Coordinator home;
    final long startNanos;
    final long deadlineNanos;
    private final @Nullable List<Trace.Event> trace;
    long id;
    /** When {@link #onWake} is wanted. */
    long wakeNanos;

    PendingRequest(Coordinator home, long timeoutNanos, boolean traced) {
        this.home = home;
        this.startNanos = home.runtime().nanoTime();
        this.deadlineNanos = startNanos + timeoutNanos;
        this.wakeNanos = deadlineNanos;
        this.trace = traced ? new ArrayList<>() : null;
    }

    /** An answer came; it may be one that came before. */
    abstract void onResponse(Peer from, Message.Response response);

    /** The time asked for in {@link #wakeNanos} has come. */
    abstract void onWake(long nowNanos);

    /** The node closes. */
    abstract void onClose();

    /** A write may be repeated, against expectation. Most requests are no write that could be meant. */
    void remember(WriteId id) {}

    /**
     * Whether it may still send, or merge, what was true of a key before some time, so that nothing of that may be removed
     * yet.
     */
    boolean mayHold(StoredKey key, long beforeNanos) {
        return false;
    }

    final long elapsedNanos() {
        return home.runtime().nanoTime() - startNanos;
    }

    final long leftMicros() {
        return Math.max(1, (deadlineNanos - home.runtime().nanoTime()) / 1_000);
    }

    final boolean isTraced() {
        return trace != null;
    }

    /** Records a step; callers build the text only if {@link #isTraced()}. */
    final void note(String what) {
        if (trace != null) {
            trace.add(new Trace.Event(Duration.ofNanos(elapsedNanos()), what));
        }
    }

    final Trace trace() {
        return trace == null ? Trace.EMPTY : new Trace(trace);
    }
}
