package io.leasehold.server.tls;

import io.leasehold.server.tls.TlsSettings.KeyPairFiles;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives every new connection the TLS context of the certificates as they are on disk now: it looks at the files each time,
 * which costs two system calls, and reads them when they have changed. Files that cannot be used leave the last good ones
 * in service, with a warning: between the two writes of a rotation certificate and key do not fit together. The trusted
 * certificates are read once, as etcd does. Thread-safe.
 */
public final class TlsContexts {
    private static final Logger LOG = LoggerFactory.getLogger(TlsContexts.class);

    private final TlsSettings settings;
    private final boolean accepting;
    private final @Nullable KeyPairFiles files;
    private final @Nullable PeerTrust trust;
    private final @Nullable RevocationList revoked;
    private List<FileStamp> stamps = List.of();
    private @Nullable SslContext current;

    private TlsContexts(TlsSettings settings, boolean accepting, @Nullable KeyPairFiles files) {
        this.settings = settings;
        this.accepting = accepting;
        this.files = files;
        this.trust = accepting && !settings.demandsCertificate() ? null : PeerTrust.of(settings);
        this.revoked = settings.crlFile() == null ? null : new RevocationList(settings.crlFile());
    }

    /**
     * Contexts to accept connections with.
     *
     * @param settings with a key pair
     * @throws TlsFailed when a file cannot be used
     */
    public static TlsContexts accepting(TlsSettings settings) {
        if (settings.keyPair() == null) {
            throw new IllegalArgumentException("nobody can listen with TLS without a key pair");
        }
        return new TlsContexts(settings, true, settings.keyPair()).checked();
    }

    /**
     * Contexts to connect to others with; a certificate is shown if there is one. What the other side's must be valid for
     * is the caller's to say, to the engine.
     *
     * @throws TlsFailed when a file cannot be used
     */
    public static TlsContexts connecting(TlsSettings settings) {
        return new TlsContexts(settings, false, settings.connectingKeyPair().orElse(null)).checked();
    }

    /** The context for the next connection. */
    public synchronized SslContext next() {
        SslContext last = current;
        List<FileStamp> now = stamps();
        if (last != null && now.equals(stamps)) {
            return last;
        }
        try {
            SslContext fresh = build();
            current = fresh;
            stamps = now;
            if (last != null) {
                LOG.info("certificates were read anew, certificate={}", files == null ? "" : files.certificate());
            }
            return fresh;
        } catch (TlsFailed unusable) {
            if (last == null) {
                throw unusable;
            }
            LOG.warn("new certificates cannot be used, those before stay in service: {}", unusable.getMessage());
            // Not looked at again before they change once more.
            stamps = now;
            return last;
        }
    }

    /**
     * Whether the other side of a finished handshake has shown a certificate that was revoked.
     *
     * @throws TlsFailed when the list of revoked certificates cannot be read
     */
    public boolean isRevoked(SSLSession session) {
        RevocationList list = revoked;
        if (list == null) {
            return false;
        }
        List<X509Certificate> shown = ClientCertificate.chain(session);
        return list.revokesAny(shown);
    }

    private TlsContexts checked() {
        next();
        if (revoked != null) {
            revoked.revokesAny(List.of());
        }
        return this;
    }

    private List<FileStamp> stamps() {
        return files == null ? List.of() : List.of(FileStamp.of(files.certificate()), FileStamp.of(files.key()));
    }

    private SslContext build() {
        try {
            SslContextBuilder builder = withKey();
            List<String> suites = settings.suiteNames();
            if (trust != null) {
                builder.trustManager(trust);
            }
            return builder.sslProvider(SslProvider.JDK)
                    .clientAuth(settings.demandsCertificate() ? ClientAuth.REQUIRE : ClientAuth.NONE)
                    .protocols(settings.protocolNames())
                    .ciphers(suites.isEmpty() ? null : suites, SupportedCipherSuiteFilter.INSTANCE)
                    .applicationProtocolConfig(applicationProtocols())
                    .build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new TlsFailed("cannot speak TLS with the certificates given (" + e + ")", e);
        }
    }

    private SslContextBuilder withKey() {
        Optional<CertifiedKey> key = Optional.ofNullable(files).map(CertifiedKey::read);
        X509Certificate[] chain =
                key.map(found -> found.chain().toArray(new X509Certificate[0])).orElse(new X509Certificate[0]);
        if (accepting) {
            return SslContextBuilder.forServer(key.orElseThrow().key(), chain);
        }
        SslContextBuilder builder = SslContextBuilder.forClient();
        return key.isPresent() ? builder.keyManager(key.get().key(), chain) : builder;
    }

    /** What cannot agree on either is served all the same: its first bytes tell what it speaks. */
    private static ApplicationProtocolConfig applicationProtocols() {
        return new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                ApplicationProtocolNames.HTTP_2,
                ApplicationProtocolNames.HTTP_1_1);
    }
}
