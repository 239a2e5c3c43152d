package io.dynamo.core.coordinate;

import io.dynamo.api.ReplicaAnswer;
import io.dynamo.api.ReplicaAnswer.Status;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One replica that was asked in one request, and what came of it. */
final class Ask {

    final Peer peer;
    final boolean isPrimary;
    private final int copy;
    // What it has answered before it was asked again.
    private @Nullable Status before;
    Status status = Status.NO_ANSWER;
    String detail = "";
    /** For whom it was asked to keep the write, if it is none of the owners; the same however often it is asked. */
    List<String> hintFor = List.of();
    /** It failed, or let this node wait for so long that somebody else was asked, too. */
    boolean isOverdue;

    long askedNanos;
    long elapsedNanos;

    Ask(Peer peer, boolean isPrimary) {
        this.peer = peer;
        this.isPrimary = isPrimary;
        this.copy = peer.copy();
    }

    /** Whether what was asked has lost its data since: whatever it answered, it may not have that any more. */
    boolean isLost() {
        return copy != peer.copy();
    }

    boolean isOpen() {
        return status == Status.NO_ANSWER;
    }

    /** Whether it has answered; one that was asked again has, whatever comes of that. */
    boolean isOk() {
        return before != null || isOk(status);
    }

    private static boolean isOk(Status status) {
        return switch (status) {
            case ACKNOWLEDGED, HINTED, VALUE, TOMBSTONE, NOT_FOUND -> true;
            case FAILED, UNREACHABLE, NO_ANSWER -> false;
        };
    }

    void close(Status result, String why, long elapsed) {
        Status earlier = before;
        if (earlier != null && !isOk(result)) {
            status = earlier;
            detail = "";
        } else {
            status = result;
            detail = why;
        }
        elapsedNanos = elapsed;
    }

    /** What was answered was not enough, and may be by now. */
    void reopen() {
        if (isOk(status)) {
            before = status;
        }
        status = Status.NO_ANSWER;
        detail = "";
    }

    ReplicaAnswer toAnswer(long nowElapsedNanos) {
        return new ReplicaAnswer(
                peer.id(), status, Duration.ofNanos(isOpen() ? nowElapsedNanos : elapsedNanos), detail);
    }
}
