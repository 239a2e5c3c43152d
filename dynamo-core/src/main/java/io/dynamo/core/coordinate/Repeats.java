package io.dynamo.core.coordinate;

import io.dynamo.api.DynamoException;
import io.dynamo.api.Outcome;
import io.dynamo.api.QuorumException;
import io.dynamo.api.ReplicaAnswer;
import io.dynamo.core.replica.StoredKey;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What a repeated write may say when it fails: never that nothing was applied, as an earlier try may have been. */
final class Repeats {

    private Repeats() {}

    /** Where to put the result of a write, so that its caller is told no more than is known. */
    static CompletableFuture<WriteResult> honest(
            StoredKey key, WriteCommand command, CompletableFuture<WriteResult> result) {
        if (!command.isRepeat()) {
            return result;
        }
        CompletableFuture<WriteResult> repeated = new CompletableFuture<>();
        var unused = repeated.whenComplete((done, failure) -> {
            if (failure == null) {
                result.complete(done);
            } else {
                result.completeExceptionally(weakened(key, command, failure));
            }
        });
        return repeated;
    }

    private static Throwable weakened(StoredKey key, WriteCommand command, Throwable failure) {
        if (!(failure instanceof DynamoException known) || known.outcome() == Outcome.UNKNOWN) {
            return failure;
        }
        List<ReplicaAnswer> answers = known instanceof QuorumException quorum ? quorum.replicas() : List.of();
        int required = known instanceof QuorumException quorum ? quorum.required() : 1;
        QuorumException unknown = new QuorumException(
                "repeated write of " + key + ": " + known.getMessage() + "; an earlier try may have been applied",
                Outcome.UNKNOWN,
                required,
                0,
                answers,
                command.id());
        unknown.addSuppressed(known);
        return unknown;
    }
}
