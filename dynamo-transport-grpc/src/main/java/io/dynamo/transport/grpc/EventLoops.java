package io.dynamo.transport.grpc;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.IoHandlerFactory;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutor;
import io.grpc.netty.shaded.io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The threads of one node's network: everything that node sends and receives runs on them. */
final class EventLoops {

    private static final long CLOSE_MILLIS_MAX = 800;

    private final boolean epoll = Epoll.isAvailable();
    private final MultiThreadIoEventLoopGroup group;

    EventLoops(String node, int threads) {
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        // Netty's own factory: its threads find their buffer caches faster than others.
        group = new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("dynamo-grpc-" + node, true), io);
    }

    MultiThreadIoEventLoopGroup group() {
        return group;
    }

    EventLoop next() {
        return group.next();
    }

    Class<? extends Channel> clientChannel() {
        return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    Class<? extends ServerChannel> serverChannel() {
        return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** Whether the caller is one of these threads. */
    boolean isCurrent() {
        for (EventExecutor loop : group) {
            if (loop.inEventLoop()) {
                return true;
            }
        }
        return false;
    }

    /** Runs what is queued, closes every socket and ends the threads; waits for that a little, on none of them. */
    void close() {
        Future<?> ended = group.shutdownGracefully(0, CLOSE_MILLIS_MAX / 2, TimeUnit.MILLISECONDS);
        try {
            ended.await(CLOSE_MILLIS_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
