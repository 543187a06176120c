package io.leasehold.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CRL;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The serial numbers of revoked certificates, read from a file, PEM or DER, and read anew once it has changed. As in etcd a
 * serial number counts whoever signed the list. Thread-safe.
 */
final class RevocationList {
    private final Path file;
    private @Nullable FileStamp stamp;
    private Set<BigInteger> serials = Set.of();

    RevocationList(Path file) {
        this.file = file;
    }

    /**
     * Whether one of the certificates is revoked.
     *
     * @throws TlsFailed when the list cannot be read: then nobody can be let in
     */
    synchronized boolean revokesAny(List<X509Certificate> certificates) {
        FileStamp now = FileStamp.of(file);
        if (!now.equals(stamp)) {
            serials = read();
            stamp = now;
        }
        return certificates.stream().anyMatch(certificate -> serials.contains(certificate.getSerialNumber()));
    }

    private Set<BigInteger> read() {
        try {
            Set<BigInteger> found = new HashSet<>();
            Collection<? extends CRL> lists =
                    CertificateFactory.getInstance("X.509").generateCRLs(new ByteArrayInputStream(Pem.bytes(file)));
            if (lists.isEmpty()) {
                throw new TlsFailed("expected a list of revoked certificates in " + file + ", found none");
            }
            for (CRL list : lists) {
                Set<? extends X509CRLEntry> entries = ((X509CRL) list).getRevokedCertificates();
                if (entries != null) {
                    entries.forEach(entry -> found.add(entry.getSerialNumber()));
                }
            }
            return found;
        } catch (IOException | GeneralSecurityException e) {
            throw new TlsFailed("cannot read the revoked certificates in " + file + " (" + e + ")", e);
        }
    }
}
