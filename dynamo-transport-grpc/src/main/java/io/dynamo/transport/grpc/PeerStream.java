package io.dynamo.transport.grpc;

import io.dynamo.spi.Address;
import io.dynamo.transport.grpc.proto.Accepted;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * One connection to a peer and the one call on it.
 *
 * <p>Thread: the peer's event loop; gRPC calls back on it too, except where a name could not be looked up.
 */
final class PeerStream extends ClientCall.Listener<Accepted> {

    private final Peer peer;
    private final EventLoop loop;
    private final Dialer dialer;
    private final ManagedChannel channel;
    private final ClientCall<FrameBatch, Accepted> call;

    PeerStream(Peer peer, Address to, EventLoop loop, Dialer dialer, Pipe pipe) {
        this.peer = peer;
        this.loop = loop;
        this.dialer = dialer;
        this.channel = dialer.dial(to, loop);
        this.call = channel.newCall(pipe.frames(), dialer.options());
    }

    void start() {
        call.start(this, dialer.introduction());
    }

    boolean isReady() {
        return call.isReady();
    }

    void send(FrameBatch batch) {
        call.sendMessage(batch);
    }

    /** Lets what was sent go out, then ends. */
    void finish() {
        call.halfClose();
    }

    void abort() {
        channel.shutdownNow();
    }

    @Override
    public void onHeaders(Metadata headers) {
        String refusal = Pipe.refusal(headers, dialer.identity());
        if (refusal != null) {
            call.cancel("the peer is not one of ours: " + refusal, null);
            return;
        }
        onLoop(() -> peer.accepted(this));
        long ageMillis = dialer.settings().tls().enabled()
                ? dialer.settings().tls().maxAge().toMillis()
                : 0;
        if (ageMillis > 0) {
            var unused = loop.schedule(() -> peer.retire(this), ageMillis, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void onReady() {
        onLoop(() -> peer.ready(this));
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        channel.shutdownNow();
        onLoop(() -> peer.broken(this, status));
    }

    private void onLoop(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
            return;
        }
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            channel.shutdownNow(); // closed meanwhile
        }
    }
}
