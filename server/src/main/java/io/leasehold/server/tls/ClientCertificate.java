package io.leasehold.server.tls;

import io.grpc.Attributes;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** The verified certificate the other side of a connection has shown. Immutable. */
public record ClientCertificate(X509Certificate certificate) {
    /** Where a gRPC call's transport attributes hold it; nothing is there without one. */
    public static final Attributes.Key<ClientCertificate> TRANSPORT_KEY =
            Attributes.Key.create("io.leasehold.server.tls.client-certificate");

    /** What the other side of a finished handshake has shown, if it has shown any. */
    public static Optional<ClientCertificate> of(SSLSession session) {
        return chain(session).stream().findFirst().map(ClientCertificate::new);
    }

    /** The certificates of the other side, its own first; empty when it has shown none. */
    static List<X509Certificate> chain(SSLSession session) {
        try {
            Certificate[] shown = session.getPeerCertificates();
            return Stream.of(shown).map(X509Certificate.class::cast).toList();
        } catch (SSLPeerUnverifiedException noneShown) {
            return List.of();
        }
    }

    /** The subject's common name, which etcd takes for a user; empty when there is none. The last one when it has several. */
    public String commonName() {
        try {
            List<Rdn> parts = new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
            for (Rdn part : parts.reversed()) {
                if (part.getType().equalsIgnoreCase("CN") && part.getValue() instanceof String name) {
                    return name;
                }
            }
        } catch (InvalidNameException unreadable) {
            return "";
        }
        return "";
    }
}
