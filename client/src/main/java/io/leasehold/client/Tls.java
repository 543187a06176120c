package io.leasehold.client;

import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** How to trust the servers, and who this client is to them. Immutable; each method answers a changed copy. */
public final class Tls {
    private static final Tls SYSTEM = new Tls(null, null, null, null, null, null);

    private final @Nullable Path authorities;
    private final @Nullable TrustManagerFactory trust;
    private final @Nullable Path certificate;
    private final @Nullable Path key;
    private final @Nullable KeyManagerFactory identity;
    private final @Nullable String serverName;

    private Tls(
            @Nullable Path authorities,
            @Nullable TrustManagerFactory trust,
            @Nullable Path certificate,
            @Nullable Path key,
            @Nullable KeyManagerFactory identity,
            @Nullable String serverName) {
        this.authorities = authorities;
        this.trust = trust;
        this.certificate = certificate;
        this.key = key;
        this.identity = identity;
        this.serverName = serverName;
    }

    /** Trusts whom the Java platform trusts, and shows no certificate. */
    public static Tls system() {
        return SYSTEM;
    }

    /** Trusts the authorities of a PEM file. */
    public static Tls trusting(Path authoritiesPem) {
        return new Tls(authoritiesPem, null, null, null, null, null);
    }

    /** Trusts by the caller's own rules. */
    public static Tls trusting(TrustManagerFactory trust) {
        return new Tls(null, trust, null, null, null, null);
    }

    /** Shows a certificate (mutual TLS): PEM files, the key in PKCS#8 without a password. */
    public Tls identity(Path certificateChainPem, Path privateKeyPem) {
        return new Tls(authorities, trust, certificateChainPem, privateKeyPem, null, serverName);
    }

    /** Shows a certificate (mutual TLS) of a key store. */
    public Tls identity(KeyManagerFactory keys) {
        return new Tls(authorities, trust, null, null, keys, serverName);
    }

    /** The name that the servers' certificates must carry, where it is not the endpoint's. */
    public Tls serverName(String name) {
        return new Tls(authorities, trust, certificate, key, identity, name);
    }

    Optional<Path> authorities() {
        return Optional.ofNullable(authorities);
    }

    Optional<TrustManagerFactory> trust() {
        return Optional.ofNullable(trust);
    }

    Optional<Path> certificate() {
        return Optional.ofNullable(certificate);
    }

    Optional<Path> key() {
        return Optional.ofNullable(key);
    }

    Optional<KeyManagerFactory> identity() {
        return Optional.ofNullable(identity);
    }

    Optional<String> serverName() {
        return Optional.ofNullable(serverName);
    }
}
