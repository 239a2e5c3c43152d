package io.dynamo.transport.grpc;

import io.dynamo.spi.Frame;
import io.dynamo.spi.Transport.Receiver;
import io.dynamo.spi.TransportProvider.Identity;
import io.dynamo.transport.grpc.proto.Accepted;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * The receiving end: lets peers of the own cluster in, and gives their frames to the receiver, on the event loop that read
 * them. While the receiver works nothing more is read, so that a slow receiver slows its senders and nothing piles up.
 */
final class PipeServer implements ServerCallHandler<FrameBatch, Accepted> {

    private final Identity identity;
    private final boolean verifyCertificates;
    private final Receiver receiver;
    private final OnceLog log;
    private volatile boolean closed;

    PipeServer(Identity identity, boolean verifyCertificates, Receiver receiver, OnceLog log) {
        this.identity = identity;
        this.verifyCertificates = verifyCertificates;
        this.receiver = receiver;
        this.log = log;
    }

    @Override
    public ServerCall.Listener<FrameBatch> startCall(ServerCall<FrameBatch, Accepted> call, Metadata headers) {
        String refusal = refusal(call, headers);
        if (refusal != null) {
            refuse(call, Pipe.node(headers), refusal);
            return new ServerCall.Listener<>() {};
        }
        String node = Pipe.node(headers);
        log.forget(node);
        call.sendHeaders(Pipe.introduce(identity, Pipe.PROTOCOL));
        // All there will ever be: what bounds a sender is the window of bytes that the receiver has not yet taken.
        call.request(Integer.MAX_VALUE);
        return new Incoming(call, node);
    }

    void close() {
        closed = true;
    }

    private @Nullable String refusal(ServerCall<FrameBatch, Accepted> call, Metadata headers) {
        String refusal = Pipe.refusal(headers, identity);
        if (refusal == null && verifyCertificates) {
            return PeerCertificate.refusal(
                    call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION), Pipe.node(headers));
        }
        return refusal;
    }

    private void refuse(ServerCall<FrameBatch, Accepted> call, String node, String refusal) {
        Object from = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        String text = "node " + identity.node() + " refuses node " + node + ": " + refusal;
        // The port of a caller differs with each attempt: without it, a second attempt is no news.
        log.say(Level.WARNING, node, from == null ? text : text + " (" + hostOf(from.toString()) + ")");
        call.close(Status.FAILED_PRECONDITION.withDescription(text), new Metadata());
    }

    private static String hostOf(String remote) {
        int port = remote.lastIndexOf(':');
        return port < 0 ? remote : remote.substring(0, port).replace("/", "");
    }

    private final class Incoming extends ServerCall.Listener<FrameBatch> {
        private final ServerCall<FrameBatch, Accepted> call;

        private final String node;
        private boolean ended;

        Incoming(ServerCall<FrameBatch, Accepted> call, String node) {
            this.call = call;
            this.node = node;
        }

        @Override
        public void onMessage(FrameBatch batch) {
            if (batch.problem() != null && !ended) {
                ended = true;
                log.say(
                        Level.WARNING,
                        node,
                        "node " + identity.node() + " ends the stream of node " + node + ": " + batch.problem());
                call.close(Status.INVALID_ARGUMENT.withDescription(batch.problem()), new Metadata());
            }
            for (byte[] frame : batch.frames()) {
                if (closed || ended) {
                    return;
                }
                receiver.receive(Frame.of(frame));
            }
        }

        @Override
        public void onHalfClose() {
            if (!ended) {
                ended = true;
                call.close(Status.OK, new Metadata());
            }
        }
    }
}
