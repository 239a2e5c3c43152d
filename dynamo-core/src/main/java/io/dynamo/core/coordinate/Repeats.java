package io.dynamo.core.coordinate;

import io.dynamo.api.DynamoException;
import io.dynamo.api.Outcome;
import io.dynamo.api.QuorumException;
import io.dynamo.api.ReplicaAnswer;
import io.dynamo.api.WriteId;
import io.dynamo.core.replica.StoredKey;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What a repeated write may say when it fails: never that nothing was applied, as an earlier try may have been. */
public final class Repeats {

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
                result.completeExceptionally(
                        failure instanceof DynamoException known
                                ? weakened(key.toString(), command.id(), known)
                                : failure);
            }
        });
        return repeated;
    }

    /**
     * The failure of a repeated write, saying no more than is known.
     *
     * @param key names the key
     * @param id the write
     * @param known what this try would say of itself
     * @return its outcome is UNKNOWN
     */
    public static DynamoException weakened(String key, WriteId id, DynamoException known) {
        if (known.outcome() == Outcome.UNKNOWN) {
            return known;
        }
        List<ReplicaAnswer> answers = known instanceof QuorumException quorum ? quorum.replicas() : List.of();
        int required = known instanceof QuorumException quorum ? quorum.required() : 1;
        QuorumException unknown = new QuorumException(
                "repeated write of " + key + ": " + known.getMessage() + "; an earlier try may have been applied",
                Outcome.UNKNOWN,
                required,
                0,
                answers,
                id);
        unknown.addSuppressed(known);
        return unknown;
    }
}
