package io.dynamo.transport.grpc;

import io.dynamo.spi.PluginConfig;
import java.time.Duration;

/**
 * The settings under {@code transport.grpc}.
 *
 * @param host what other nodes call this one
 * @param bind where to listen; {@code host} if not set
 * @param port 0 lets the system choose
 * @param clients whether clients outside the cluster are served
 * @param ioThreads event loops of this node
 * @param maxFrameBytes the largest frame carried
 * @param queueFramesMax frames that may wait for one peer
 * @param queueBytesMax bytes that may wait for one peer
 * @param keepalive how long a connection may be silent before it is tried
 * @param keepaliveTimeout how long it then has for an answer
 * @param connectTimeout for a TCP connection to a peer
 * @param reconnectMin the pause after a first failure, doubled with each further one
 * @param reconnectMax the longest pause
 * @param tls where the certificates are
 */
record GrpcSettings(
        String host,
        String bind,
        int port,
        boolean clients,
        int ioThreads,
        int maxFrameBytes,
        int queueFramesMax,
        long queueBytesMax,
        Duration keepalive,
        Duration keepaliveTimeout,
        Duration connectTimeout,
        Duration reconnectMin,
        Duration reconnectMax,
        Tls tls) {

    /** A larger frame would hold up everything behind it; the core sends what is larger in chunks. */
    private static final int FRAME_BYTES_LIMIT = 256 << 20;

    /** gRPC would silently make ten seconds of less. */
    private static final Duration KEEPALIVE_MIN = Duration.ofSeconds(10);

    private static final Duration RECONNECT_MIN = Duration.ofMillis(50);
    private static final Duration RECONNECT_MAX = Duration.ofSeconds(1);

    /**
     * The settings under {@code transport.grpc.tls}; all files empty means plaintext.
     *
     * @param cert this node's certificate chain, PEM
     * @param key its private key, PEM, PKCS #8
     * @param trust the certificates that sign those of peers, PEM
     * @param reload how often the files are read again
     * @param maxAge when a connection is replaced by one with the certificates of then
     * @param verifyNode whether a peer's certificate must name its node id
     */
    record Tls(String cert, String key, String trust, Duration reload, Duration maxAge, boolean verifyNode) {
        boolean enabled() {
            return !cert.isEmpty() && !key.isEmpty() && !trust.isEmpty();
        }
    }

    static GrpcSettings read(PluginConfig config) {
        String host = config.text("host", "127.0.0.1");
        long maxFrame = config.bytes("max-frame", 8 << 20, 1 << 10);
        if (maxFrame > FRAME_BYTES_LIMIT) {
            config.refuse("max-frame", "a size from 1KiB to 256MiB");
            maxFrame = FRAME_BYTES_LIMIT;
        }
        return new GrpcSettings(
                host,
                config.text("bind", host),
                (int) config.number("port", 7101, 0, 65_535),
                config.flag("clients", true),
                (int) config.number("io-threads", 1, 1, 64),
                (int) maxFrame,
                (int) config.number("queue-frames", 65_536, 1, 1 << 24),
                config.bytes("queue-bytes", Math.max(16 << 20, maxFrame), maxFrame),
                keepalive(config),
                config.duration("keepalive-timeout", Duration.ofSeconds(5)),
                config.duration("connect-timeout", Duration.ofSeconds(2)),
                config.duration("reconnect-min", RECONNECT_MIN),
                reconnectMax(config),
                readTls(config));
    }

    private static Duration reconnectMax(PluginConfig config) {
        Duration min = config.duration("reconnect-min", RECONNECT_MIN);
        Duration max = config.duration("reconnect-max", RECONNECT_MAX);
        if (min.compareTo(max) > 0) {
            config.refuse("reconnect-min", "at most transport.grpc.reconnect-max, which is " + max.toMillis() + "ms");
        }
        return max;
    }

    private static Duration keepalive(PluginConfig config) {
        Duration keepalive = config.duration("keepalive", KEEPALIVE_MIN);
        if (keepalive.compareTo(KEEPALIVE_MIN) < 0) {
            config.refuse("keepalive", "a duration from 10s, the least that gRPC knows");
        }
        return keepalive;
    }

    private static Tls readTls(PluginConfig config) {
        Tls tls = new Tls(
                config.text("tls.cert", ""),
                config.text("tls.key", ""),
                config.text("tls.trust", ""),
                config.duration("tls.reload", Duration.ofMinutes(1)),
                config.duration("tls.max-age", Duration.ofMinutes(30)),
                config.flag("tls.verify-node", true));
        boolean none = tls.cert.isEmpty() && tls.key.isEmpty() && tls.trust.isEmpty();
        if (!none) {
            refuseIfEmpty(config, "tls.cert", tls.cert);
            refuseIfEmpty(config, "tls.key", tls.key);
            refuseIfEmpty(config, "tls.trust", tls.trust);
        }
        return tls;
    }

    private static void refuseIfEmpty(PluginConfig config, String key, String value) {
        if (value.isEmpty()) {
            config.refuse(key, "a PEM file; tls.cert, tls.key and tls.trust are set together or not at all");
        }
    }
}
