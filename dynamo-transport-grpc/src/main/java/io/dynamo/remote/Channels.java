package io.dynamo.remote;

import io.dynamo.spi.Address;
import io.grpc.ChannelCredentials;
import io.grpc.ConnectivityState;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import java.io.File;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** One channel to each node that was asked; they share one event loop. */
final class Channels {

    private static final int KEEPALIVE_SECONDS = 10;
    private static final int KEEPALIVE_TIMEOUT_SECONDS = 5;
    private static final int RELOAD_MINUTES = 1;
    private static final int CLOSE_SECONDS = 1;
    private static final int CONNECT_MILLIS_MAX = 1_000;
    private static final long SUSPECT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final ClientSettings settings;
    private final ChannelCredentials credentials;
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("dynamo-client-io", true), NioIoHandler.newFactory());
    private final ConcurrentHashMap<Address, ManagedChannel> channels = new ConcurrentHashMap<>();
    /** Nodes that were silent, until when they are asked after others. */
    private final ConcurrentHashMap<Address, Long> suspects = new ConcurrentHashMap<>();

    private volatile boolean closed;

    /**
     * Reads the certificates, and goes on reading them.
     *
     * @throws IllegalStateException if they can't be read
     */
    Channels(ClientSettings settings, ScheduledExecutorService timer) {
        this.settings = settings;
        try {
            credentials = settings.tls().enabled() ? tls(settings.tls(), timer) : InsecureChannelCredentials.create();
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            var unused = loop.shutdownGracefully();
            throw new IllegalStateException("cannot use " + settings.tls() + ": " + e.getMessage(), e);
        }
    }

    private static ChannelCredentials tls(ClientSettings.Tls files, ScheduledExecutorService timer)
            throws IOException, GeneralSecurityException {
        AdvancedTlsX509KeyManager key = new AdvancedTlsX509KeyManager();
        AdvancedTlsX509TrustManager trust =
                AdvancedTlsX509TrustManager.newBuilder().build();
        var unusedKey = key.updateIdentityCredentials(
                new File(files.cert()), new File(files.key()), RELOAD_MINUTES, TimeUnit.MINUTES, timer);
        var unusedTrust =
                trust.updateTrustCredentials(new File(files.trust()), RELOAD_MINUTES, TimeUnit.MINUTES, timer);
        return TlsChannelCredentials.newBuilder()
                .keyManager(key)
                .trustManager(trust)
                .build();
    }

    ManagedChannel to(Address node) {
        ManagedChannel known = channels.get(node);
        if (known != null) {
            return known;
        }
        ManagedChannel channel = channels.computeIfAbsent(node, this::dial);
        if (closed) {
            channel.shutdownNow();
        }
        return channel;
    }

    private ManagedChannel dial(Address node) {
        return NettyChannelBuilder.forAddress(node.host(), node.port(), credentials)
                .eventLoopGroup(loop)
                .channelType(NioSocketChannel.class)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS_MAX)
                .directExecutor()
                .disableRetry()
                .disableServiceConfigLookUp()
                .maxInboundMessageSize(settings.maxResponseBytes())
                .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEPALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .build();
    }

    /** A node was silent. */
    void suspect(Address node) {
        suspects.put(node, System.nanoTime() + SUSPECT_NANOS);
    }

    /** A node has answered. */
    void answered(Address node) {
        if (!suspects.isEmpty()) {
            suspects.remove(node);
        }
    }

    /** Whether the last attempt to connect failed, or it was silent lately: such a node is asked after others. */
    boolean isDown(Address node) {
        Long until = suspects.get(node);
        if (until != null) {
            if (until - System.nanoTime() > 0) {
                return true;
            }
            suspects.remove(node, until);
        }
        return isUnreachable(node);
    }

    private boolean isUnreachable(Address node) {
        ManagedChannel channel = channels.get(node);
        return channel != null && channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE;
    }

    /** Gives up the channels to nodes that are not among these. */
    void keepOnly(Collection<Address> nodes) {
        channels.forEach((node, channel) -> {
            if (!nodes.contains(node) && channels.remove(node, channel)) {
                channel.shutdown();
            }
        });
        suspects.keySet().retainAll(nodes);
    }

    /** Tries again to connect where that failed; gRPC by itself would pause for up to two minutes. */
    void retry() {
        channels.forEach((node, channel) -> {
            if (isUnreachable(node)) {
                channel.resetConnectBackoff();
            }
        });
    }

    void close() {
        closed = true;
        channels.values().forEach(ManagedChannel::shutdownNow);
        try {
            for (ManagedChannel channel : channels.values()) {
                channel.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
            }
            loop.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS).await(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
