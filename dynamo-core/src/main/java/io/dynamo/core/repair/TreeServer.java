package io.dynamo.core.repair;

import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.coordinate.Peer;
import io.dynamo.core.replica.Deletes;
import io.dynamo.core.replica.Replica;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.replica.Trees;
import io.dynamo.core.tree.Digest;
import io.dynamo.core.tree.HashTree;
import io.dynamo.core.tree.Prefix;
import io.dynamo.core.wire.CompareRecordRequest;
import io.dynamo.core.wire.CompareRecordResponse;
import io.dynamo.core.wire.CompareTreesRequest;
import io.dynamo.core.wire.CompareTreesResponse;
import io.dynamo.core.wire.CompareTreesResponse.State;
import io.dynamo.core.wire.LeafRequest;
import io.dynamo.core.wire.LeafResponse;
import io.dynamo.core.wire.Rejection;
import io.dynamo.core.wire.SubtreesRequest;
import io.dynamo.core.wire.SubtreesResponse;
import io.dynamo.core.wire.TreeNode;
import io.dynamo.spi.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Answers what other owners ask about what this node holds. It only reads, so a question may come twice. */
final class TreeServer {

    private final RepairParts parts;
    private final Replica replica;
    private final TreeBuilder trees;

    TreeServer(RepairParts parts, Replica replica, TreeBuilder trees) {
        this.parts = parts;
        this.replica = replica;
        this.trees = trees;
    }

    void compare(Peer from, CompareTreesRequest request) {
        from.send(compared(from, request));
    }

    private CompareTreesResponse compared(Peer from, CompareTreesRequest request) {
        if (request.format() != Digest.FORMAT) {
            return told(request, State.OTHER_FORMAT, List.of());
        }
        Map<String, HashTree> own = trees.ready(request.partition());
        if (own == null) {
            return told(request, State.BUILDING, List.of());
        }
        Map<String, Digest> theirs = new TreeMap<>();
        own.keySet().forEach(store -> theirs.put(store, Digest.NONE));
        request.roots().forEach(root -> theirs.put(root.store(), root.digest()));
        List<TreeNode> differing = new ArrayList<>();
        theirs.forEach((store, digest) -> {
            HashTree tree = own.get(store);
            Digest root = tree == null ? Digest.NONE : tree.root();
            if (!root.equals(digest) && parts.isOfBoth(store, request.partition(), from.id())) {
                differing.add(node(store, tree, Prefix.ROOT));
            }
        });
        return told(request, State.READY, differing);
    }

    private CompareTreesResponse told(CompareTreesRequest request, State state, List<TreeNode> differing) {
        boolean isBehind = parts.shared().behind().lacks(request.partition());
        return new CompareTreesResponse(request.request(), state, differing, isBehind);
    }

    void subtrees(Peer from, SubtreesRequest request) {
        Map<String, HashTree> own = trees.ready(request.partition());
        List<TreeNode> nodes = new ArrayList<>(request.prefixes().size());
        if (own != null) {
            HashTree tree = own.get(request.store());
            request.prefixes().forEach(prefix -> nodes.add(node(request.store(), tree, prefix)));
        }
        from.send(new SubtreesResponse(request.request(), nodes));
    }

    private static TreeNode node(String store, @Nullable HashTree tree, Prefix prefix) {
        return new TreeNode(
                store,
                prefix,
                tree == null || tree.level() <= prefix.depth() ? List.of() : List.of(tree.children(prefix)));
    }

    void leaves(Peer from, LeafRequest request) {
        try {
            Trees.Page page = replica.trees()
                    .page(request.store(), request.partition(), request.prefix(), request.after(), request.limit());
            List<LeafResponse.Entry> entries = new ArrayList<>(page.leaves().size());
            page.leaves()
                    .forEach(leaf ->
                            entries.add(new LeafResponse.Entry(leaf.key().key(), leaf.digest())));
            from.send(new LeafResponse(request.request(), entries, page.more()));
        } catch (StorageException e) {
            refuse(from, request.request(), e);
        }
    }

    void record(Peer from, StoredKey key, CompareRecordRequest request) {
        replica.inspect(key, (set, failure) -> {
            if (set == null) {
                refuse(from, request.request(), failure);
                return;
            }
            try {
                replica.trees().mend(key, set);
            } catch (StorageException e) {
                refuse(from, request.request(), e);
                return;
            }
            Deletes.Candidate missed = replica.deletes().missed(key, set, request.known());
            if (missed != null) {
                from.send(CompareRecordResponse.removed(request.request(), missed.entries()));
                return;
            }
            boolean wanted = lacks(set, request.known());
            VersionSet told = lacks(request.known(), set) ? set : VersionSet.EMPTY;
            from.send(new CompareRecordResponse(request.request(), told, wanted));
        });
    }

    /** Whether one set would become more by another. */
    static boolean lacks(VersionSet less, VersionSet more) {
        return less.merge(more) != less;
    }

    private static void refuse(Peer from, long request, @Nullable StorageException failure) {
        from.send(new Rejection(request, Rejection.Reason.STORAGE_FAILED, String.valueOf(failure)));
    }
}
