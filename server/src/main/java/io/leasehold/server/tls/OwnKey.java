package io.leasehold.server.tls;

import io.leasehold.server.tls.TlsSettings.KeyPairFiles;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate this side shows, as it is on disk at each handshake. Files that cannot be used leave the last good ones in
 * service, with a warning. Thread-safe.
 */
final class OwnKey extends X509ExtendedKeyManager {
    private static final Logger LOG = LoggerFactory.getLogger(OwnKey.class);

    /** One reading of the files; the alias tells a handshake's later questions which one it began with. */
    private record Reading(String alias, CertifiedKey key) {}

    private final KeyPairFiles files;
    private List<FileStamp> stamps;
    private Reading newest;
    private Reading before;
    private long readings;

    /**
     * Reads the files for the first time.
     *
     * @throws TlsFailed when they cannot be used
     */
    OwnKey(KeyPairFiles files) {
        this.files = files;
        this.stamps = stamps();
        this.newest = new Reading("0", CertifiedKey.read(files));
        this.before = newest;
    }

    private List<FileStamp> stamps() {
        return List.of(FileStamp.of(files.certificate()), FileStamp.of(files.key()));
    }

    private synchronized Reading refreshed() {
        List<FileStamp> now = stamps();
        if (!now.equals(stamps)) {
            stamps = now;
            try {
                Reading fresh = new Reading(Long.toString(++readings), CertifiedKey.read(files));
                before = newest;
                newest = fresh;
                LOG.info("certificates were read anew, certificate={}", files.certificate());
            } catch (TlsFailed unusable) {
                LOG.warn("new certificates cannot be used, those before stay in service: {}", unusable.getMessage());
            }
        }
        return newest;
    }

    private synchronized Optional<CertifiedKey> named(String alias) {
        if (newest.alias().equals(alias)) {
            return Optional.of(newest.key());
        }
        return before.alias().equals(alias) ? Optional.of(before.key()) : Optional.empty();
    }

    /** The alias, if the key is of a kind that the handshake can use. */
    private @Nullable String choose(String... keyTypes) {
        Reading reading = refreshed();
        return List.of(keyTypes).contains(reading.key().key().getAlgorithm()) ? reading.alias() : null;
    }

    @Override
    public @Nullable String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
        return choose(keyTypes);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        return choose(keyType);
    }

    @Override
    public @Nullable String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return choose(keyTypes);
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return choose(keyType);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal[] issuers) {
        return aliases(keyType);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal[] issuers) {
        return aliases(keyType);
    }

    private String @Nullable [] aliases(String keyType) {
        String chosen = choose(keyType);
        return chosen == null ? null : new String[] {chosen};
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return named(alias)
                .map(key -> key.chain().toArray(X509Certificate[]::new))
                .orElse(null);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return named(alias).map(CertifiedKey::key).orElse(null);
    }
}
