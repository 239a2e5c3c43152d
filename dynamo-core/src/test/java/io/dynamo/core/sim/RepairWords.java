package io.dynamo.core.sim;

import io.dynamo.core.wire.CompareRecordRequest;
import io.dynamo.core.wire.CompareRecordResponse;
import io.dynamo.core.wire.CompareTreesRequest;
import io.dynamo.core.wire.CompareTreesResponse;
import io.dynamo.core.wire.LeafRequest;
import io.dynamo.core.wire.LeafResponse;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.SettleRequest;
import io.dynamo.core.wire.SettleResponse;
import io.dynamo.core.wire.SubtreesRequest;
import io.dynamo.core.wire.SubtreesResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How owners that compare what they hold are told of in a {@link Transcript}. */
final class RepairWords {

    private RepairWords() {}

    static @Nullable String told(Message message) {
        if (message instanceof CompareTreesRequest) {
            return "do we hold the same in this partition?";
        }
        if (message instanceof CompareTreesResponse compared) {
            return compared.differing().isEmpty()
                    ? "we do"
                    : "not in "
                            + compared.differing().stream()
                                    .map(node -> node.store())
                                    .toList();
        }
        if (message instanceof SubtreesRequest subtrees) {
            return "what are the digests below " + subtrees.prefixes() + "?";
        }
        if (message instanceof SubtreesResponse subtrees) {
            return "of " + subtrees.nodes().size() + " nodes of the tree";
        }
        if (message instanceof LeafRequest leaf) {
            return "which keys are below the node " + leaf.prefix() + ", and what are their digests?";
        }
        if (message instanceof LeafResponse leaf) {
            List<String> keys = leaf.entries().stream()
                    .map(entry -> Transcript.utf8(entry.key()))
                    .sorted()
                    .toList();
            return keys.isEmpty() ? "none" : "of " + String.join(", ", keys);
        }
        if (message instanceof CompareRecordRequest compare) {
            int versions = compare.known().versions().size();
            return "of " + Transcript.utf8(compare.key()) + " I know " + versions
                    + (versions == 1 ? " version; what do I lack?" : " versions; what do I lack?");
        }
        if (message instanceof CompareRecordResponse compared) {
            return (compared.set().isEmpty() ? "nothing" : "it is " + Transcript.told(compared.set()))
                    + (compared.wanted() ? "; and I lack something" : "")
                    + (compared.purged() ? "; what you have was purged" : "")
                    + (compared.forgotten().isEmpty() ? "" : "; some of what you have seen was forgotten");
        }
        if (message instanceof SettleRequest settle) {
            return asked(settle);
        }
        if (message instanceof SettleResponse settled) {
            return settled.agreed().isEmpty() ? "no" : "yes";
        }
        return null;
    }

    private static String asked(SettleRequest settle) {
        String keys = String.join(
                ", ",
                settle.items().stream().map(item -> Transcript.utf8(item.key())).toList());
        boolean isForgetting =
                settle.items().stream().noneMatch(item -> item.entries().isEmpty());
        return switch (settle.step()) {
            case VOTE ->
                isForgetting
                        ? "is what earlier runs have left in " + keys + " on your disk, and nothing of it lives?"
                        : "do you have on your disk just this delete of " + keys + "?";
            case CLEAR -> "is nothing older of " + keys + " under way with you, nor kept for others?";
            case CONFIRM -> "have you kept nothing of " + keys + " for others since?";
            case ORDER ->
                isForgetting ? "forget what earlier runs have left in " + keys : "remove the delete of " + keys;
        };
    }
}
