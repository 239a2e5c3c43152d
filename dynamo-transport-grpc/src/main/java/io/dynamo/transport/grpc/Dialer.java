package io.dynamo.transport.grpc;

import io.dynamo.spi.Address;
import io.dynamo.spi.TransportProvider.Identity;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Makes connections to peers: what all of a node's outgoing streams have in common. */
final class Dialer {

    /** Bytes of each stream that may be on their way unread; fixed, since measuring a better one costs a ping a read. */
    static final int WINDOW_BYTES = 1 << 20;

    /** Bytes handed to gRPC and not yet written, above which frames wait in our own, bounded queue. */
    private static final int UNWRITTEN_BYTES_MAX = 256 << 10;

    private final GrpcSettings settings;
    private final Identity identity;
    private final int protocol;
    private final EventLoops loops;
    private final Credentials credentials;
    private final Executor names;

    Dialer(
            GrpcSettings settings,
            Identity identity,
            int protocol,
            EventLoops loops,
            Credentials credentials,
            Executor names) {
        this.settings = settings;
        this.identity = identity;
        this.protocol = protocol;
        this.loops = loops;
        this.credentials = credentials;
        this.names = names;
    }

    /** A channel of one connection, which is thrown away when that breaks. */
    ManagedChannel dial(Address to, EventLoop loop) {
        NettyChannelBuilder builder = builder(to)
                .eventLoopGroup(loop)
                .channelType(loops.clientChannel(), InetSocketAddress.class)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        settings.connectTimeout().toMillis())
                .flowControlWindow(WINDOW_BYTES)
                .keepAliveTime(settings.keepalive().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(settings.keepaliveTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .maxInboundMetadataSize(GrpcTransport.METADATA_BYTES_MAX);
        return builder.directExecutor()
                .offloadExecutor(names)
                // Retries would keep every frame in memory until the call ends, which it does not.
                .disableRetry()
                .disableServiceConfigLookUp()
                .maxTraceEvents(0)
                .proxyDetector(address -> null)
                .build();
    }

    CallOptions options() {
        return CallOptions.DEFAULT.withOnReadyThreshold(UNWRITTEN_BYTES_MAX);
    }

    Metadata introduction() {
        return Pipe.introduce(identity, protocol);
    }

    Identity identity() {
        return identity;
    }

    GrpcSettings settings() {
        return settings;
    }

    private NettyChannelBuilder builder(Address to) {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(to.host());
        if (literal == null) {
            return NettyChannelBuilder.forAddress(to.host(), to.port(), credentials.client());
        }
        try {
            InetAddress ip = InetAddress.getByAddress(literal);
            return NettyChannelBuilder.forAddress(new InetSocketAddress(ip, to.port()), credentials.client());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an IP address: " + to.host(), e);
        }
    }
}
