package io.dynamo.core.wire;

import com.google.protobuf.ByteString;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.tree.Digest;
import io.dynamo.core.tree.Prefix;
import io.dynamo.core.wire.proto.Wire;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The bytes of messages by which owners compare what they hold. */
final class TreeMessageCodec {

    private static final List<CompareTreesResponse.State> STATES = List.of(CompareTreesResponse.State.values());

    private TreeMessageCodec() {}

    static void time(Wire.Envelope.Builder message, long micros) {
        switch (message.getMessageCase()) {
            case COMPARE_TREES -> message.getCompareTreesBuilder().setTimeoutMicros(micros);
            case SUBTREES -> message.getSubtreesBuilder().setTimeoutMicros(micros);
            case LEAF -> message.getLeafBuilder().setTimeoutMicros(micros);
            case COMPARE_RECORD -> message.getCompareRecordBuilder().setTimeoutMicros(micros);
            case SETTLE -> message.getSettleBuilder().setTimeoutMicros(micros);
            default -> {}
        }
    }

    static void encodeRequest(Wire.Envelope.Builder out, Message.Request request) {
        if (request instanceof CompareTreesRequest compare) {
            Wire.CompareTreesRequest.Builder body = Wire.CompareTreesRequest.newBuilder()
                    .setRequest(compare.request())
                    .setPartition(compare.partition())
                    .setFormat(compare.format())
                    .setTimeoutMicros(compare.timeoutMicros());
            compare.roots()
                    .forEach(root -> body.addRoots(Wire.StoreRoot.newBuilder()
                            .setStore(root.store())
                            .setDigest(bytes(List.of(root.digest())))));
            out.setCompareTrees(body);
        } else if (request instanceof SubtreesRequest subtrees) {
            Wire.SubtreesRequest.Builder body = Wire.SubtreesRequest.newBuilder()
                    .setRequest(subtrees.request())
                    .setStore(subtrees.store())
                    .setPartition(subtrees.partition())
                    .setTimeoutMicros(subtrees.timeoutMicros());
            subtrees.prefixes().forEach(prefix -> body.addPrefixes(prefix(prefix)));
            out.setSubtrees(body);
        } else if (request instanceof LeafRequest leaf) {
            out.setLeaf(Wire.LeafRequest.newBuilder()
                    .setRequest(leaf.request())
                    .setStore(leaf.store())
                    .setPartition(leaf.partition())
                    .setPrefix(prefix(leaf.prefix()))
                    .setAfter(MessageCodec.wrap(leaf.after()))
                    .setLimit(leaf.limit())
                    .setTimeoutMicros(leaf.timeoutMicros()));
        } else if (request instanceof CompareRecordRequest compare) {
            out.setCompareRecord(Wire.CompareRecordRequest.newBuilder()
                    .setRequest(compare.request())
                    .setStore(compare.store())
                    .setKey(MessageCodec.wrap(compare.key()))
                    .setKnown(set(compare.known()))
                    .setTimeoutMicros(compare.timeoutMicros()));
        } else if (request instanceof SettleRequest settle) {
            out.setSettle(SettleMessageCodec.encode(settle));
        }
    }

    static void encodeResponse(Wire.Envelope.Builder out, Message.Response response) {
        if (response instanceof CompareTreesResponse compare) {
            Wire.CompareTreesResponse.Builder body = Wire.CompareTreesResponse.newBuilder()
                    .setRequest(compare.request())
                    .setState(compare.state().number())
                    .setBehind(compare.behind());
            compare.differing().forEach(node -> body.addDiffering(node(node)));
            out.setCompareTreesResponse(body);
        } else if (response instanceof SubtreesResponse subtrees) {
            Wire.SubtreesResponse.Builder body =
                    Wire.SubtreesResponse.newBuilder().setRequest(subtrees.request());
            subtrees.nodes().forEach(node -> body.addNodes(node(node)));
            out.setSubtreesResponse(body);
        } else if (response instanceof LeafResponse leaf) {
            Wire.LeafResponse.Builder body =
                    Wire.LeafResponse.newBuilder().setRequest(leaf.request()).setMore(leaf.more());
            leaf.entries()
                    .forEach(entry -> body.addEntries(Wire.LeafEntry.newBuilder()
                            .setKey(MessageCodec.wrap(entry.key()))
                            .setDigest(bytes(List.of(entry.digest())))));
            out.setLeafResponse(body);
        } else if (response instanceof CompareRecordResponse compare) {
            out.setCompareRecordResponse(Wire.CompareRecordResponse.newBuilder()
                    .setRequest(compare.request())
                    .setSet(set(compare.set()))
                    .setWanted(compare.wanted())
                    .setPurged(compare.purged())
                    .setForgotten(MessageCodec.entries(compare.forgotten())));
        } else if (response instanceof SettleResponse settled) {
            out.setSettleResponse(SettleMessageCodec.encode(settled));
        }
    }

    static Message message(Wire.Envelope in) {
        return switch (in.getMessageCase()) {
            case COMPARE_TREES -> compareTrees(in.getCompareTrees());
            case COMPARE_TREES_RESPONSE ->
                new CompareTreesResponse(
                        in.getCompareTreesResponse().getRequest(),
                        MessageCodec.byNumber(
                                STATES,
                                in.getCompareTreesResponse().getState(),
                                CompareTreesResponse.State.OTHER_FORMAT),
                        nodes(in.getCompareTreesResponse().getDifferingList()),
                        in.getCompareTreesResponse().getBehind());
            case SUBTREES ->
                new SubtreesRequest(
                        in.getSubtrees().getRequest(),
                        in.getSubtrees().getStore(),
                        in.getSubtrees().getPartition(),
                        in.getSubtrees().getPrefixesList().stream()
                                .map(TreeMessageCodec::prefix)
                                .toList(),
                        in.getSubtrees().getTimeoutMicros());
            case SUBTREES_RESPONSE ->
                new SubtreesResponse(
                        in.getSubtreesResponse().getRequest(),
                        nodes(in.getSubtreesResponse().getNodesList()));
            case LEAF ->
                new LeafRequest(
                        in.getLeaf().getRequest(),
                        in.getLeaf().getStore(),
                        in.getLeaf().getPartition(),
                        prefix(in.getLeaf().getPrefix()),
                        in.getLeaf().getAfter().toByteArray(),
                        in.getLeaf().getLimit(),
                        in.getLeaf().getTimeoutMicros());
            case LEAF_RESPONSE -> leafResponse(in.getLeafResponse());
            case COMPARE_RECORD ->
                new CompareRecordRequest(
                        in.getCompareRecord().getRequest(),
                        in.getCompareRecord().getStore(),
                        in.getCompareRecord().getKey().toByteArray(),
                        MessageCodec.set(in.getCompareRecord().getKnown()),
                        in.getCompareRecord().getTimeoutMicros());
            case COMPARE_RECORD_RESPONSE ->
                new CompareRecordResponse(
                        in.getCompareRecordResponse().getRequest(),
                        MessageCodec.set(in.getCompareRecordResponse().getSet()),
                        in.getCompareRecordResponse().getWanted(),
                        in.getCompareRecordResponse().getPurged(),
                        MessageCodec.entries(in.getCompareRecordResponse().getForgotten()));
            case SETTLE -> SettleMessageCodec.decode(in.getSettle());
            case SETTLE_RESPONSE -> SettleMessageCodec.decode(in.getSettleResponse());
            default -> throw new IllegalArgumentException("a message of a kind this version does not know");
        };
    }

    private static CompareTreesRequest compareTrees(Wire.CompareTreesRequest in) {
        List<CompareTreesRequest.Root> roots = new ArrayList<>(in.getRootsCount());
        for (Wire.StoreRoot root : in.getRootsList()) {
            roots.add(new CompareTreesRequest.Root(root.getStore(), digest(root.getDigest())));
        }
        return new CompareTreesRequest(
                in.getRequest(), in.getPartition(), in.getFormat(), roots, in.getTimeoutMicros());
    }

    private static LeafResponse leafResponse(Wire.LeafResponse in) {
        List<LeafResponse.Entry> entries = new ArrayList<>(in.getEntriesCount());
        for (Wire.LeafEntry entry : in.getEntriesList()) {
            entries.add(new LeafResponse.Entry(entry.getKey().toByteArray(), digest(entry.getDigest())));
        }
        return new LeafResponse(in.getRequest(), entries, in.getMore());
    }

    private static Wire.TreeNode.Builder node(TreeNode node) {
        return Wire.TreeNode.newBuilder()
                .setStore(node.store())
                .setDepth(node.prefix().depth())
                .setBits(node.prefix().bits())
                .setChildren(bytes(node.children()));
    }

    private static List<TreeNode> nodes(List<Wire.TreeNode> in) {
        List<TreeNode> nodes = new ArrayList<>(in.size());
        for (Wire.TreeNode node : in) {
            ByteBuffer bytes = node.getChildren().asReadOnlyByteBuffer();
            if (bytes.remaining() % Digest.BYTES != 0) {
                throw new IllegalArgumentException(bytes.remaining() + " bytes of digests");
            }
            List<Digest> children = new ArrayList<>(Prefix.FAN_OUT);
            while (bytes.hasRemaining()) {
                children.add(new Digest(bytes.getLong(), bytes.getLong()));
            }
            nodes.add(new TreeNode(node.getStore(), new Prefix(node.getDepth(), node.getBits()), children));
        }
        return nodes;
    }

    private static Wire.TreePrefix.Builder prefix(Prefix prefix) {
        return Wire.TreePrefix.newBuilder().setDepth(prefix.depth()).setBits(prefix.bits());
    }

    private static Prefix prefix(Wire.TreePrefix in) {
        return new Prefix(in.getDepth(), in.getBits());
    }

    private static ByteString bytes(List<Digest> digests) {
        ByteBuffer bytes = ByteBuffer.allocate(digests.size() * Digest.BYTES);
        digests.forEach(digest -> bytes.put(digest.bytes()));
        return MessageCodec.wrap(bytes.array());
    }

    private static Digest digest(ByteString bytes) {
        return Digest.parse(bytes.toByteArray());
    }

    private static ByteString set(VersionSet set) {
        return set.isEmpty() ? ByteString.EMPTY : MessageCodec.wrap(set.encoding());
    }
}
