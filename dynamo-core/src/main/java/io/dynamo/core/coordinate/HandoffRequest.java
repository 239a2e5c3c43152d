package io.dynamo.core.coordinate;

import io.dynamo.core.replica.ForOthers;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.core.wire.PutReplicaResponse;
import java.util.concurrent.TimeUnit;

/** One record on its way from a stand-in, or from another owner, to one of its owners: a write like any other, merged there. */
final class HandoffRequest extends PendingRequest {

    static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long RESEND_NANOS = TIMEOUT_NANOS / 4;

    /** What came of it. */
    enum Ending {
        HANDED_OVER,
        /** The target has it, and may drop it again: it is kept as well. */
        KEPT,
        FAILED
    }

    final ForOthers.Kept kept;
    final Peer target;
    private final Handoff handoff;
    private final boolean isSynced;
    private final int copy;

    HandoffRequest(Coordinator home, Handoff handoff, ForOthers.Kept kept, Peer target, boolean isSynced) {
        super(home, TIMEOUT_NANOS, false);
        this.handoff = handoff;
        this.kept = kept;
        this.target = target;
        this.isSynced = isSynced;
        this.copy = target.copy();
    }

    /** Sends it; false if it will not arrive. */
    boolean start() {
        home.track(this);
        boolean isSent = send();
        if (isSent) {
            sleep();
        } else {
            home.untrack(this);
        }
        return isSent;
    }

    private boolean send() {
        return target.send(
                new PutReplicaRequest(id, kept.key().store(), kept.key().key(), kept.set(), isSynced, leftMicros()));
    }

    private void sleep() {
        wakeNanos = Math.min(deadlineNanos, home.runtime().nanoTime() + RESEND_NANOS);
        home.wakeBy(wakeNanos);
    }

    @Override
    void onResponse(Peer from, Message.Response response) {
        if (from == target) {
            end(
                    !(response instanceof PutReplicaResponse stored) || copy != target.copy()
                            ? Ending.FAILED
                            : stored.mayDrop() ? Ending.KEPT : Ending.HANDED_OVER);
        }
    }

    @Override
    void onWake(long nowNanos) {
        if (nowNanos >= deadlineNanos || !send()) {
            end(Ending.FAILED);
        } else {
            sleep();
        }
    }

    @Override
    void onClose() {
        home.untrack(this);
    }

    private void end(Ending ending) {
        home.untrack(this);
        handoff.ended(this, ending);
    }
}
