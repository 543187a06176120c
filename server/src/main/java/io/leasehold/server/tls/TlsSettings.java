package io.leasehold.server.tls;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one side of the server, clients' or peers', was told about TLS. Paths are as given; whether the files can be read
 * is found when they are.
 *
 * @param keyPair certificate chain and private key to show, null when none was given
 * @param clientKeyPair what to show when connecting to others; null: {@code keyPair}
 * @param trustedCaFile PEM certificates of those who may sign the other side's, null: those the system trusts
 * @param crlFile a list of revoked certificates, PEM or DER, read anew for each connection; null when there is none
 * @param clientCertAuth whether the other side's certificate says who it is (and it must therefore have one)
 * @param allowedCommonNames common names the other side's certificate may have; empty: any
 * @param allowedHostnames names or addresses one of which the other side's certificate must be valid for; empty: any
 * @param cipherSuites the JDK's names, for TLS 1.2 alone, in order of preference; empty: the JDK's choice
 * @param minVersion the oldest version spoken
 * @param maxVersion the newest version spoken, not older than {@code minVersion}
 * @param auto whether a certificate of its own making serves when no key pair is given
 * @param selfSignedYears how long such a certificate is valid, at least 1
 */
public record TlsSettings(
        @Nullable KeyPairFiles keyPair,
        @Nullable KeyPairFiles clientKeyPair,
        @Nullable Path trustedCaFile,
        @Nullable Path crlFile,
        boolean clientCertAuth,
        List<String> allowedCommonNames,
        List<String> allowedHostnames,
        List<String> cipherSuites,
        TlsVersion minVersion,
        TlsVersion maxVersion,
        boolean auto,
        int selfSignedYears) {

    /** What TLS 1.3 has instead of the suites one can choose. */
    private static final List<String> TLS_1_3_SUITES =
            List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

    /** A certificate chain, the own certificate first, and its private key, both in PEM. */
    public record KeyPairFiles(Path certificate, Path key) {}

    /** Copies the lists. */
    public TlsSettings {
        allowedCommonNames = List.copyOf(allowedCommonNames);
        allowedHostnames = List.copyOf(allowedHostnames);
        cipherSuites = List.copyOf(cipherSuites);
        if (minVersion.compareTo(maxVersion) > 0 || selfSignedYears < 1) {
            throw new IllegalArgumentException("expected min <= max and at least a year, got " + minVersion + ", "
                    + maxVersion + ", " + selfSignedYears);
        }
    }

    /** Whether there is a certificate to listen with. */
    public boolean canServe() {
        return keyPair != null || auto;
    }

    /** Whether whoever connects must show a certificate: naming who may sign them means asking for them, as with etcd. */
    public boolean demandsCertificate() {
        return clientCertAuth || trustedCaFile != null;
    }

    /** The key pair to connect to others with, if there is one. */
    public Optional<KeyPairFiles> connectingKeyPair() {
        return Optional.ofNullable(clientKeyPair != null ? clientKeyPair : keyPair);
    }

    /** The JDK's names of the versions spoken. */
    public List<String> protocolNames() {
        return Stream.of(TlsVersion.values())
                .filter(version -> version.compareTo(minVersion) >= 0 && version.compareTo(maxVersion) <= 0)
                .map(TlsVersion::protocolName)
                .toList();
    }

    /** The JDK's names of the cipher suites offered, those of TLS 1.3 among them; empty: the JDK's choice. */
    public List<String> suiteNames() {
        return cipherSuites.isEmpty()
                ? List.of()
                : Stream.concat(TLS_1_3_SUITES.stream(), cipherSuites.stream()).toList();
    }

    /** The same settings with a key pair: the one that was made for {@link #auto}. */
    public TlsSettings withKeyPair(KeyPairFiles made) {
        return new TlsSettings(
                made,
                clientKeyPair,
                trustedCaFile,
                crlFile,
                clientCertAuth,
                allowedCommonNames,
                allowedHostnames,
                cipherSuites,
                minVersion,
                maxVersion,
                auto,
                selfSignedYears);
    }
}
