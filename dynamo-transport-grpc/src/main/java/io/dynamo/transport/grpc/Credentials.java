package io.dynamo.transport.grpc;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import java.io.File;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/**
 * Plaintext, or mutual TLS from files that are read again from time to time; new connections then use what was read.
 */
final class Credentials {

    private final GrpcSettings.Tls files;
    private final @Nullable AdvancedTlsX509KeyManager key;
    private final @Nullable AdvancedTlsX509TrustManager trust;
    private final OnceLog log;
    private final OnceLog callers;

    /**
     * Reads the files.
     *
     * @throws IllegalStateException if one of them can't be read
     */
    Credentials(GrpcSettings.Tls files, OnceLog log, OnceLog callers) {
        this.files = files;
        this.log = log;
        this.callers = callers;
        if (!files.enabled()) {
            key = null;
            trust = null;
            return;
        }
        try {
            key = new AdvancedTlsX509KeyManager();
            trust = AdvancedTlsX509TrustManager.newBuilder().build();
            read(key, trust);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("cannot use " + files + ": " + e.getMessage(), e);
        }
    }

    ServerCredentials server() {
        if (key == null || trust == null) {
            return InsecureServerCredentials.create();
        }
        return TlsServerCredentials.newBuilder()
                .keyManager(key)
                .trustManager(new LoggingTrustManager(trust, callers))
                .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                .build();
    }

    ChannelCredentials client() {
        if (key == null || trust == null) {
            return InsecureChannelCredentials.create();
        }
        return TlsChannelCredentials.newBuilder()
                .keyManager(key)
                .trustManager(trust)
                .build();
    }

    /** Reads the files again; a file that can't be read leaves what was read before, and is logged. */
    void reload() {
        if (key == null || trust == null) {
            return;
        }
        try {
            read(key, trust);
            log.forget("tls");
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            log.say(
                    Level.WARNING,
                    "tls",
                    "cannot read " + files + " again, the old certificates stay: " + e.getMessage());
        }
    }

    private void read(AdvancedTlsX509KeyManager keyManager, AdvancedTlsX509TrustManager trustManager)
            throws IOException, GeneralSecurityException {
        keyManager.updateIdentityCredentials(new File(files.cert()), new File(files.key()));
        trustManager.updateTrustCredentials(new File(files.trust()));
    }
}
