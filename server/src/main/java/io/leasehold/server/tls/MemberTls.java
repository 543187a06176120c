package io.leasehold.server.tls;

import io.leasehold.server.tls.TlsSettings.KeyPairFiles;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS between members, as the JDK's contexts: the engine brings a network stack of its own, which takes nothing else. The
 * certificate shown is read anew when its files change; the trusted ones are read once, as in etcd.
 */
public final class MemberTls {
    private MemberTls() {}

    /**
     * For connections of other members.
     *
     * @param settings with a key pair
     * @throws TlsFailed when a file cannot be used
     */
    public static SSLContext accepting(TlsSettings settings) {
        return context(
                new OwnKey(Optional.ofNullable(settings.keyPair())
                        .orElseThrow(() -> new IllegalArgumentException("nobody listens with TLS without a key pair"))),
                PeerTrust.ofUnrevoked(settings));
    }

    /**
     * For connections to other members. With certificates of their own making nobody can be told from anybody, as in etcd:
     * whatever they show is believed.
     *
     * @param settings with a key pair
     * @param ownMade whether that is one of its own making
     * @throws TlsFailed when a file cannot be used
     */
    public static SSLContext connecting(TlsSettings settings, boolean ownMade) {
        return context(
                new OwnKey(settings.connectingKeyPair()
                        .orElseThrow(() -> new IllegalArgumentException("a member has a key pair"))),
                ownMade ? new Anybody() : PeerTrust.ofUnrevoked(settings));
    }

    /**
     * For connections to another cluster.
     *
     * @param keyPair what to show; null: nothing
     * @param trustedCaFile who may sign its certificate; null: those whom the system trusts
     * @param believesAnybody whether its certificate is not looked at
     * @throws TlsFailed when a file cannot be used
     */
    public static SSLContext calling(
            @Nullable KeyPairFiles keyPair, @Nullable Path trustedCaFile, boolean believesAnybody) {
        return context(
                keyPair == null ? new KeyManager[0] : new KeyManager[] {new OwnKey(keyPair)},
                believesAnybody ? new Anybody() : PeerTrust.in(trustedCaFile));
    }

    private static SSLContext context(KeyManager key, TrustManager trust) {
        return context(new KeyManager[] {key}, trust);
    }

    private static SSLContext context(KeyManager[] keys, TrustManager trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException unusable) {
            throw new TlsFailed("cannot speak TLS with other members (" + unusable + ")", unusable);
        }
    }

    /** Believes everybody; what is said is hidden from those who only listen. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
