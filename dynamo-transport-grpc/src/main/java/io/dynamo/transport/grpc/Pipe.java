package io.dynamo.transport.grpc;

import io.dynamo.spi.TransportProvider.Identity;
import io.dynamo.transport.grpc.proto.Accepted;
import io.dynamo.transport.grpc.proto.PipeGrpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoUtils;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The private service between nodes, and how a caller introduces itself on it.
 *
 * @param frames the one method
 * @param service the service, with its schema for reflection
 */
record Pipe(MethodDescriptor<FrameBatch, Accepted> frames, ServiceDescriptor service) {

    /** Raised when old and new nodes can't exchange frames; the codec of the messages has a version of its own. */
    static final int PROTOCOL = 1;

    private static final Metadata.Key<byte[]> CLUSTER =
            Metadata.Key.of("dynamo-cluster-bin", Metadata.BINARY_BYTE_MARSHALLER);
    private static final Metadata.Key<byte[]> NODE =
            Metadata.Key.of("dynamo-node-bin", Metadata.BINARY_BYTE_MARSHALLER);
    private static final Metadata.Key<String> VERSION =
            Metadata.Key.of("dynamo-protocol", Metadata.ASCII_STRING_MARSHALLER);
    private static final int SHOWN_CHARS_MAX = 64;

    static Pipe carrying(int maxFrameBytes) {
        MethodDescriptor<FrameBatch, Accepted> frames = PipeGrpc.getFramesMethod().toBuilder(
                        new FrameBatchMarshaller(maxFrameBytes), ProtoUtils.marshaller(Accepted.getDefaultInstance()))
                .build();
        ServiceDescriptor service = ServiceDescriptor.newBuilder(PipeGrpc.SERVICE_NAME)
                .addMethod(frames)
                .setSchemaDescriptor(PipeGrpc.getServiceDescriptor().getSchemaDescriptor())
                .build();
        return new Pipe(frames, service);
    }

    /** What a node says first. */
    static Metadata introduce(Identity identity, int protocol) {
        Metadata headers = new Metadata();
        headers.put(CLUSTER, identity.cluster().getBytes(StandardCharsets.UTF_8));
        headers.put(NODE, identity.node().getBytes(StandardCharsets.UTF_8));
        headers.put(VERSION, Integer.toString(protocol));
        return headers;
    }

    /** Why a peer that introduced itself so is not one of ours; null if it is. */
    static @Nullable String refusal(Metadata headers, Identity own) {
        String version = headers.get(VERSION);
        String cluster = text(headers.get(CLUSTER));
        if (version == null || cluster == null || headers.get(NODE) == null) {
            return "it did not say its cluster, node and protocol";
        }
        if (!version.equals(Integer.toString(PROTOCOL))) {
            return "it speaks transport protocol " + shown(version) + ", node " + own.node() + " speaks " + PROTOCOL;
        }
        if (!cluster.equals(own.cluster())) {
            return "it belongs to cluster \"" + shown(cluster) + "\", node " + own.node() + " to cluster \""
                    + own.cluster() + "\"";
        }
        return null;
    }

    /** The node id a peer claims, fit for a log. */
    static String node(Metadata headers) {
        String node = text(headers.get(NODE));
        return node == null ? "(unnamed)" : shown(node);
    }

    /** A stranger's text, short and without control characters. */
    static String shown(String text) {
        String start = text.length() <= SHOWN_CHARS_MAX ? text : text.substring(0, SHOWN_CHARS_MAX) + "…";
        return start.replaceAll("\\p{Cntrl}", "?");
    }

    private static @Nullable String text(byte @Nullable [] utf8) {
        return utf8 == null ? null : new String(utf8, StandardCharsets.UTF_8);
    }
}
