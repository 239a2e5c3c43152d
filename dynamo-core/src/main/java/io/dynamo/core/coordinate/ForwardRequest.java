package io.dynamo.core.coordinate;

import io.dynamo.api.DynamoException;
import io.dynamo.api.LimitException;
import io.dynamo.api.Outcome;
import io.dynamo.api.OverloadedException;
import io.dynamo.api.QuorumException;
import io.dynamo.api.ReplicaAnswer;
import io.dynamo.api.ReplicaAnswer.Status;
import io.dynamo.core.replica.HintsFullException;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.runtime.Admission;
import io.dynamo.core.wire.CoordinatePutRequest;
import io.dynamo.core.wire.CoordinatePutResponse;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.Rejection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A write of which this node is no owner (Dynamo §4.5): sent to one node of the preference list, once more to the same one if
 * no answer comes, then to another, which is told that it may have been minted already. When its turn comes, this node
 * coordinates the write itself, standing in for the owners (§4.6).
 */
final class ForwardRequest extends PendingRequest {

    /** Share of the timeout after which the same coordinator is asked again, and then, after as long again, another one. */
    private static final int TRIES = 8;

    private final StorePolicy store;
    private final StoredKey key;
    private final WriteCommand command;
    private final WritePlan plan;
    private final CompletableFuture<WriteResult> result;
    private final Peer[] coordinators;
    private final List<ReplicaAnswer> tried = new ArrayList<>();
    private final long retryNanos;
    private int place = -1;
    private int sendsToThis;
    private boolean isEnded;
    // Why a stand-in did not take it, if one had no room for it.
    private String full = "";
    // Unanswered sends: the outcome is unknown from the first on.
    private boolean mayBeMinted;
    // Unanswered sends to another coordinator than the present one: it must look before it mints.
    private boolean mayBeMintedElsewhere;

    ForwardRequest(
            Coordinator home,
            StorePolicy store,
            StoredKey key,
            WriteCommand command,
            WritePlan plan,
            CompletableFuture<WriteResult> result,
            Peer[] coordinators) {
        super(home, plan.timeoutNanos(), plan.trace());
        this.store = store;
        this.key = key;
        this.command = command;
        this.plan = plan;
        this.result = result;
        this.coordinators = coordinators;
        this.mayBeMintedElsewhere = command.origin() == WriteCommand.Origin.ELSEWHERE;
        this.retryNanos = plan.timeoutNanos() / TRIES;
    }

    void start() {
        home.track(this);
        next("");
    }

    /** Goes on to the next coordinator; fails when there is none left. */
    private void next(String why) {
        if (place >= 0) {
            tried.add(new ReplicaAnswer(
                    coordinators[place].id(),
                    why.isEmpty() ? Status.NO_ANSWER : Status.FAILED,
                    Duration.ofNanos(elapsedNanos()),
                    why));
        }
        while (++place < coordinators.length) {
            mayBeMintedElsewhere |= mayBeMinted;
            sendsToThis = 0;
            if (coordinators[place].isSelf()) {
                coordinateHere();
                return;
            }
            if (send()) {
                return;
            }
            tried.add(new ReplicaAnswer(
                    coordinators[place].id(), Status.UNREACHABLE, Duration.ZERO, coordinators[place].problem()));
        }
        if (!full.isEmpty() && !mayBeMinted) {
            end(new OverloadedException("put " + key + ": " + full, Admission.RETRY_AFTER));
            return;
        }
        end(new QuorumException(
                "forwarded write of " + key,
                mayBeMinted ? Outcome.UNKNOWN : Outcome.NOT_APPLIED,
                1,
                0,
                tried,
                command.id()));
    }

    /** Takes all the time that is left: it goes on only if this node has no room for what it would keep. */
    private void coordinateHere() {
        WriteCommand mine = mayBeMintedElsewhere ? command.from(WriteCommand.Origin.ELSEWHERE) : command;
        long leftNanos = Math.max(1, deadlineNanos - home.runtime().nanoTime());
        WritePlan rest = plan.within(leftNanos);
        if (isTraced()) {
            note("coordinating it here");
        }
        wakeNanos = Long.MAX_VALUE;
        CompletableFuture<WriteResult> here = new CompletableFuture<>();
        var unused = here.whenComplete((done, failure) -> {
            if (isEnded) {
                return;
            }
            if (failure == null) {
                finish();
                result.complete(done);
            } else if (failure instanceof HintsFullException) {
                full = String.valueOf(failure.getMessage());
                next(full);
            } else {
                finish();
                result.completeExceptionally(failure);
            }
        });
        home.coordinate(store, key, mine, rest, Repeats.honest(key, mine, here));
    }

    private boolean send() {
        Peer peer = coordinators[place];
        boolean isLinked = peer.isLinked();
        boolean sent = peer.send(new CoordinatePutRequest(
                id,
                store.name(),
                key.key(),
                new CoordinatePutRequest.Write(
                        command.id(),
                        command.seen(),
                        command.blind(),
                        command.seenTimestamp(),
                        command.value(),
                        plan.expiresAfterMillis()),
                new CoordinatePutRequest.Quorum(plan.w(), plan.pw(), plan.durable()),
                before(),
                leftMicros()));
        if (sent) {
            sendsToThis++;
            wakeNanos = Math.min(deadlineNanos, home.runtime().nanoTime() + retryNanos);
            home.wakeBy(wakeNanos);
        } else if (isLinked) {
            // A transport that says no may have delivered it all the same: the connection broke before it knew.
            mayBeMinted = true;
        }
        if (isTraced()) {
            note((sent ? "forwarded to " : "could not reach ") + peer.id());
        }
        return sent;
    }

    private CoordinatePutRequest.Before before() {
        if (mayBeMintedElsewhere) {
            return CoordinatePutRequest.Before.ELSEWHERE;
        }
        return command.isRepeat() ? CoordinatePutRequest.Before.HERE : CoordinatePutRequest.Before.NOWHERE;
    }

    @Override
    void onResponse(Peer from, Message.Response response) {
        if (response instanceof CoordinatePutResponse late && late.dot().isPresent()) {
            // Whoever was asked, and however late: it is done.
            succeed(from, late);
            return;
        }
        if (place >= coordinators.length || from != coordinators[place]) {
            return;
        }
        if (response instanceof CoordinatePutResponse answer) {
            onAnswer(from, answer);
        } else if (response instanceof Rejection rejection) {
            if (rejection.reason() == Rejection.Reason.OVERLOADED) {
                refuse(new OverloadedException(from.id() + ": " + rejection.detail(), Admission.RETRY_AFTER));
            } else {
                next(rejection.reason() + " " + rejection.detail());
            }
        }
    }

    private void onAnswer(Peer from, CoordinatePutResponse answer) {
        switch (answer.failure()) {
            case NONE -> succeed(from, answer);
            case NOT_COORDINATOR -> next(answer.reason());
            case HINTS_FULL -> {
                full = from.id() + ": " + answer.reason();
                next(full);
            }
            case QUORUM -> {
                if (answer.outcome() == Outcome.NOT_APPLIED && !isLast()) {
                    // It reaches too few; others may reach more.
                    next(answer.reason());
                } else {
                    endAs(answer);
                }
            }
            case OVERLOADED -> refuse(new OverloadedException(answer.reason(), Admission.RETRY_AFTER));
            case LIMIT -> refuse(new LimitException(answer.reason()));
            case STORAGE -> next(answer.reason());
            case WRITE_ID -> refuseId(answer.reason());
        }
    }

    private void endAs(CoordinatePutResponse answer) {
        end(new QuorumException(
                answer.reason(),
                outcome(answer),
                answer.required(),
                answer.acknowledged(),
                answer.answers(),
                command.id()));
    }

    private void succeed(Peer from, CoordinatePutResponse answer) {
        if (answer.dot().isEmpty()) {
            mayBeMinted = true;
            next("a success that does not name its version");
            return;
        }
        finish();
        home.meters().written(elapsedNanos());
        result.complete(new WriteResult(answer.dot().get(), answer.timestamp(), from.id(), answer.answers(), trace()));
    }

    /** An id that the application chose is its mistake; of one that was sent again from here, it knows nothing. */
    private void refuseId(String reason) {
        if (mayBeMinted && !command.isRepeat()) {
            endUnknown(reason);
        } else {
            finish();
            result.completeExceptionally(new IllegalArgumentException(reason));
        }
    }

    /** A refusal says that nothing was applied only if no earlier send may have been. */
    private void refuse(DynamoException refusal) {
        if (mayBeMinted) {
            endUnknown(String.valueOf(refusal.getMessage()));
        } else {
            end(refusal);
        }
    }

    private void endUnknown(String lastAnswer) {
        tried.add(new ReplicaAnswer(
                coordinators[place].id(), Status.FAILED, Duration.ofNanos(elapsedNanos()), lastAnswer));
        end(new QuorumException("forwarded write of " + key, Outcome.UNKNOWN, 1, 0, tried, command.id()));
    }

    private Outcome outcome(CoordinatePutResponse answer) {
        return mayBeMinted ? Outcome.UNKNOWN : answer.outcome();
    }

    /** It may have been minted once, and would be minted again. */
    @Override
    boolean mayHold(StoredKey other, long beforeNanos) {
        return key.equals(other);
    }

    @Override
    void onWake(long nowNanos) {
        mayBeMinted = true;
        coordinators[Math.min(place, coordinators.length - 1)].suspected();
        if (nowNanos >= deadlineNanos) {
            place = Math.min(place, coordinators.length - 1);
            tried.add(new ReplicaAnswer(
                    coordinators[place].id(), Status.NO_ANSWER, Duration.ofNanos(elapsedNanos()), ""));
            end(new QuorumException("forwarded write of " + key, Outcome.UNKNOWN, 1, 0, tried, command.id()));
        } else if (sendsToThis >= 2 && !isLast() || !send()) {
            next("");
        }
    }

    private boolean isLast() {
        return place == coordinators.length - 1;
    }

    @Override
    void onClose() {
        end(new QuorumException(
                "forwarded write of " + key + ": the node was closed", Outcome.UNKNOWN, 1, 0, tried, command.id()));
    }

    private void end(DynamoException failure) {
        if (!isEnded) {
            finish();
            home.meters().failed();
            result.completeExceptionally(failure);
        }
    }

    private void finish() {
        isEnded = true;
        home.untrack(this);
    }
}
