package io.dynamo.core;

import io.dynamo.core.coordinate.Meters;
import io.dynamo.core.coordinate.Peer;
import io.dynamo.core.membership.Membership;
import io.dynamo.core.wire.Envelope;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.Rejection;

/** Whether another node's request is for this run of this node, by the same placement, and not too old. Thread: any. */
final class RequestDoor {

    private final Membership membership;
    private final Meters meters;

    RequestDoor(Membership membership, Meters meters) {
        this.membership = membership;
        this.meters = meters;
    }

    boolean admits(Peer from, Envelope envelope, Message.Request request) {
        if (envelope.session() != membership.session()) {
            reject(from, request, Rejection.Reason.STALE_SESSION);
            return false;
        }
        if (envelope.placement() != membership.placement()) {
            reject(from, request, Rejection.Reason.OTHER_PLACEMENT);
            return false;
        }
        if (membership.isTooOld(envelope)) {
            // Whoever still waits asks again.
            meters.tooOld();
            return false;
        }
        return true;
    }

    private void reject(Peer from, Message.Request request, Rejection.Reason reason) {
        membership.reject(from, new Rejection(request.request(), reason, membership.id()));
    }
}
