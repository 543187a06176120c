package io.leasehold.server.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whom to believe: a certificate must lead to one of the trusted ones, and, if that is asked for, be in one of the allowed
 * names. Thread-safe.
 */
final class PeerTrust extends X509ExtendedTrustManager {
    private static final Logger LOG = LoggerFactory.getLogger(PeerTrust.class);

    private final X509ExtendedTrustManager authorities;
    private final List<String> commonNames;
    private final List<String> hostnames;
    private final @Nullable RevocationList revoked;
    private volatile @Nullable BigInteger lastRefused;

    private PeerTrust(TlsSettings settings, @Nullable RevocationList revoked) {
        this.authorities = authorities(settings.trustedCaFile());
        this.commonNames = settings.allowedCommonNames();
        this.hostnames = settings.allowedHostnames();
        this.revoked = revoked;
    }

    /**
     * What the settings say.
     *
     * @throws TlsFailed when the file of trusted certificates cannot be used
     */
    static PeerTrust of(TlsSettings settings) {
        return new PeerTrust(settings, null);
    }

    /**
     * What the settings say, and no certificate that was revoked: for connections where nobody looks at that afterwards.
     *
     * @throws TlsFailed when a file cannot be used
     */
    static PeerTrust ofUnrevoked(TlsSettings settings) {
        RevocationList list = settings.crlFile() == null ? null : new RevocationList(settings.crlFile());
        if (list != null) {
            list.revokesAny(List.of());
        }
        return new PeerTrust(settings, list);
    }

    /**
     * Whoever has a certificate of these authorities, or, if none are named, of one whom the system trusts.
     *
     * @throws TlsFailed when the file cannot be used
     */
    static TrustManager in(@Nullable Path trustedCaFile) {
        return authorities(trustedCaFile);
    }

    private static X509ExtendedTrustManager authorities(@Nullable Path file) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(file == null ? null : store(CertifiedKey.certificates(file)));
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager found) {
                    return found;
                }
            }
            throw new IllegalStateException("every JDK can check chains of certificates");
        } catch (IOException | GeneralSecurityException e) {
            throw new TlsFailed(
                    "cannot trust the certificates " + (file == null ? "of the system" : "in " + file) + " (" + e + ")",
                    e);
        }
    }

    private static KeyStore store(List<X509Certificate> certificates) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int at = 0; at < certificates.size(); at++) {
            store.setCertificateEntry("ca-" + at, certificates.get(at));
        }
        return store;
    }

    private void checkNames(X509Certificate[] chain) throws CertificateException {
        if (revoked != null && revoked.revokesAny(List.of(chain))) {
            throw new CertificateException("the certificate was revoked");
        }
        ClientCertificate certificate = new ClientCertificate(chain[0]);
        if (!commonNames.isEmpty() && !commonNames.contains(certificate.commonName())) {
            throw new CertificateException(
                    "common name \"" + certificate.commonName() + "\" is not among those allowed");
        }
        if (!hostnames.isEmpty() && hostnames.stream().noneMatch(host -> CertificateNames.covers(chain[0], host))) {
            throw new CertificateException("the certificate is valid for none of the hosts allowed");
        }
    }

    /** etcd's words. Whoever is refused comes again and again: a certificate is told of once in a row. */
    private CertificateException told(X509Certificate certificate, CertificateException refusal) {
        if (!certificate.getSerialNumber().equals(lastRefused)) {
            lastRefused = certificate.getSerialNumber();
            LOG.warn(
                    "client certificate authentication failed subject={} reason={}",
                    certificate.getSubjectX500Principal(),
                    refusal.getMessage());
        }
        return refusal;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        try {
            authorities.checkClientTrusted(chain, authType, engine);
            checkNames(chain);
        } catch (CertificateException refusal) {
            throw told(chain[0], refusal);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        authorities.checkClientTrusted(chain, authType, socket);
        checkNames(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        authorities.checkClientTrusted(chain, authType);
        checkNames(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        authorities.checkServerTrusted(chain, authType, engine);
        checkNames(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        authorities.checkServerTrusted(chain, authType, socket);
        checkNames(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        authorities.checkServerTrusted(chain, authType);
        checkNames(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.getAcceptedIssuers();
    }
}
