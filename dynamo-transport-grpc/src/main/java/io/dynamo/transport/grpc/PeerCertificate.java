package io.dynamo.transport.grpc;

import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Binds the node id that a caller claims to the certificate it holds, so that one node can't speak for another. */
final class PeerCertificate {

    private static final int DNS_NAME = 2;

    private PeerCertificate() {}

    /** Why the certificate of a session is not the node's; null if it is. */
    static @Nullable String refusal(@Nullable SSLSession session, String node) {
        if (session == null) {
            return "it came without TLS";
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            List<String> names = names((X509Certificate) chain[0]);
            return names.contains(node)
                    ? null
                    : "its certificate names " + names
                            + " and not the node; add a DNS name equal to the node id, or set"
                            + " tls.verify-node = false";
        } catch (SSLPeerUnverifiedException | CertificateParsingException | InvalidNameException e) {
            return "its certificate cannot be read: " + e.getMessage();
        }
    }

    private static List<String> names(X509Certificate certificate)
            throws CertificateParsingException, InvalidNameException {
        List<String> names = new ArrayList<>();
        Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        if (alternatives != null) {
            for (List<?> alternative : alternatives) {
                if (alternative.get(0).equals(DNS_NAME)) {
                    names.add(String.valueOf(alternative.get(1)));
                }
            }
        }
        for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
            if (part.getType().equalsIgnoreCase("CN")) {
                names.add(String.valueOf(part.getValue()));
            }
        }
        return names;
    }
}
