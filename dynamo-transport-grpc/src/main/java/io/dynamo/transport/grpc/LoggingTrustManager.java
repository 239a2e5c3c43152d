package io.dynamo.transport.grpc;

import java.lang.System.Logger.Level;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Says which certificate a server refused, and why; the TLS stack itself would only close the connection. */
final class LoggingTrustManager extends X509ExtendedTrustManager {

    private final X509ExtendedTrustManager judge;
    private final OnceLog log;

    LoggingTrustManager(X509ExtendedTrustManager judge, OnceLog log) {
        this.judge = judge;
        this.log = log;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        try {
            judge.checkClientTrusted(chain, type, engine);
        } catch (CertificateException e) {
            throw logged(chain, e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        try {
            judge.checkClientTrusted(chain, type, socket);
        } catch (CertificateException e) {
            throw logged(chain, e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        try {
            judge.checkClientTrusted(chain, type);
        } catch (CertificateException e) {
            throw logged(chain, e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        judge.checkServerTrusted(chain, type, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        judge.checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        judge.checkServerTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return judge.getAcceptedIssuers();
    }

    private CertificateException logged(X509Certificate[] chain, CertificateException e) {
        String subject = chain.length == 0
                ? "(none)"
                : Pipe.shown(chain[0].getSubjectX500Principal().getName());
        log.say(Level.WARNING, subject, "the certificate of " + subject + " is refused: " + e.getMessage());
        return e;
    }
}
