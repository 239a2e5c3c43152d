package io.dynamo.transport.grpc;

import io.dynamo.remote.RemoteServices;
import io.dynamo.remote.proto.KeyValueGrpc;
import io.dynamo.spi.Address;
import io.dynamo.spi.ClientAccess;
import io.dynamo.spi.Transport.Receiver;
import io.dynamo.spi.TransportProvider.Identity;
import io.grpc.Codec;
import io.grpc.DecompressorRegistry;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** All that exists while a transport is open: threads, the server, the ways to peers. */
final class GrpcEndpoint {

    private static final int CALLS_PER_CONNECTION_MAX = 1_024;
    private static final int RESETS_MAX = 200;
    private static final int RESETS_WINDOW_SECONDS = 30;
    private static final int HANDSHAKE_SECONDS_MAX = 5;
    /** Half of the least that gRPC lets a caller ask for. */
    private static final int PERMITTED_KEEPALIVE_SECONDS = 5;

    private static final int IDLE_MINUTES_MAX = 5;
    private static final int HEALTH_SECONDS = 1;
    private static final long CLOSE_MILLIS_MAX = 900;
    /** Above the frame itself: the batch's own bytes, and other frames that travel with it. */
    private static final int BATCH_BYTES_EXTRA = 128 << 10;

    private final GrpcSettings settings;
    private final Identity identity;
    /** About peers we know by their addresses, and about callers who call themselves what they like. */
    private final OnceLog log = new OnceLog();

    private final OnceLog callers = new OnceLog();
    private final Pipe pipe;
    private final EventLoops loops;
    private final ScheduledThreadPoolExecutor slow;
    private final Credentials credentials;
    private final PipeServer frames;
    private final HealthStatusManager health = new HealthStatusManager();
    private final RemoteServices clients = new RemoteServices();
    private final Dialer dialer;
    private final Server server;
    private final ConcurrentHashMap<Address, Peer> peers = new ConcurrentHashMap<>();
    private volatile boolean closed;

    GrpcEndpoint(GrpcSettings settings, Identity identity, int protocol, Receiver receiver) {
        this.settings = settings;
        this.identity = identity;
        credentials = new Credentials(settings.tls(), log, callers);
        pipe = Pipe.carrying(settings.maxFrameBytes());
        loops = new EventLoops(identity.node(), settings.ioThreads());
        slow = slowThread(identity.node());
        frames = new PipeServer(
                identity, settings.tls().enabled() && settings.tls().verifyNode(), receiver, callers);
        dialer = new Dialer(settings, identity, protocol, loops, credentials, slow);
        server = server();
    }

    /** Binds; closes itself if it can't. */
    Address listen() {
        try {
            server.start();
        } catch (IOException | RuntimeException e) {
            close();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            IOException reason = e instanceof IOException io ? io : new IOException(e);
            throw new UncheckedIOException(
                    "cannot listen on " + settings.bind() + ":" + settings.port() + ": " + cause.getMessage(), reason);
        }
        if (settings.tls().enabled()) {
            long millis = settings.tls().reload().toMillis();
            var unused = slow.scheduleWithFixedDelay(credentials::reload, millis, millis, TimeUnit.MILLISECONDS);
        }
        return new Address(settings.host(), server.getPort());
    }

    /** Begins to serve clients. */
    void serve(ClientAccess node) {
        if (settings.clients()) {
            clients.open(node);
            tellHealth();
            var unused = loops.next()
                    .scheduleWithFixedDelay(this::tellHealth, HEALTH_SECONDS, HEALTH_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** For balancers, who ask for nothing else. */
    private void tellHealth() {
        health.setStatus(
                KeyValueGrpc.SERVICE_NAME, clients.isServing() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
    }

    Peer peer(Address to) {
        Peer known = peers.get(to);
        if (known != null) {
            return known;
        }
        Peer peer = peers.computeIfAbsent(to, address -> new Peer(address, loops.next(), dialer, pipe, log));
        if (closed) {
            peer.close();
        }
        return peer;
    }

    /** Stops at once and waits until that is done: for less than a second, and not at all on an event loop. */
    void close() {
        closed = true;
        frames.close();
        peers.values().forEach(Peer::close);
        slow.shutdownNow();
        // On a thread of its own, because gRPC waits for its event loops here, and a receiver may be the one who
        // called.
        Thread closing = new DefaultThreadFactory("dynamo-grpc-" + identity.node() + "-close", true).newThread(() -> {
            server.shutdownNow();
            loops.close();
        });
        closing.start();
        if (loops.isCurrent()) {
            return;
        }
        try {
            // If a receiver blocks its event loop, the rest ends when it returns.
            closing.join(CLOSE_MILLIS_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Server server() {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        new InetSocketAddress(settings.bind(), settings.port()), credentials.server())
                .bossEventLoopGroup(loops.group())
                .workerEventLoopGroup(loops.group())
                .channelType(loops.serverChannel())
                .directExecutor()
                .addService(ServerServiceDefinition.builder(pipe.service())
                        .addMethod(pipe.frames(), frames)
                        .build())
                .addService(health.getHealthService())
                .addService(ProtoReflectionServiceV1.newInstance())
                // No decompression: a small message must not become a large one.
                .decompressorRegistry(DecompressorRegistry.emptyInstance().with(Codec.Identity.NONE, false));
        if (settings.clients()) {
            tellHealth();
            clients.services().forEach(builder::addService);
        }
        return harden(builder).build();
    }

    private NettyServerBuilder harden(NettyServerBuilder builder) {
        builder.flowControlWindow(Dialer.WINDOW_BYTES)
                .maxInboundMessageSize(settings.maxFrameBytes() + BATCH_BYTES_EXTRA)
                .maxInboundMetadataSize(GrpcTransport.METADATA_BYTES_MAX)
                .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION_MAX)
                .maxRstFramesPerWindow(RESETS_MAX, RESETS_WINDOW_SECONDS)
                .handshakeTimeout(HANDSHAKE_SECONDS_MAX, TimeUnit.SECONDS)
                .keepAliveTime(settings.keepalive().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(settings.keepaliveTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(PERMITTED_KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .maxConnectionIdle(IDLE_MINUTES_MAX, TimeUnit.MINUTES);
        if (settings.tls().enabled()) {
            // Peers of ours retire their connections at half this age; the rest hold certificates nobody asks about.
            builder.maxConnectionAge(2 * settings.tls().maxAge().toMillis(), TimeUnit.MILLISECONDS)
                    .maxConnectionAgeGrace(1, TimeUnit.MINUTES);
        }
        return builder;
    }

    /** For what may wait for a disk or a name server; without work it has no thread. */
    private static ScheduledThreadPoolExecutor slowThread(String node) {
        ScheduledThreadPoolExecutor executor =
                new ScheduledThreadPoolExecutor(1, new DefaultThreadFactory("dynamo-grpc-" + node + "-slow", true));
        executor.setKeepAliveTime(5, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }
}
