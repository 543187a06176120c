package io.leasehold.server;

import io.leasehold.raft.ratis.PeerTls;
import io.leasehold.server.config.ListenUrl;
import io.leasehold.server.config.ServerConfig;
import io.leasehold.server.config.StartRefused;
import io.leasehold.server.tls.MemberTls;
import io.leasehold.server.tls.TlsFailed;
import io.leasehold.server.tls.TlsSettings;
import java.util.List;
import java.util.Optional;

/** Brings up TLS between members: spoken when the URL this one listens on for them says so. */
final class PeerSecurity {
    private PeerSecurity() {}

    /**
     * How members are spoken with; empty: in the open.
     *
     * @throws StartRefused when a file cannot be used
     */
    static Optional<PeerTls> open(ServerConfig config, DataDirectory directory) {
        List<ListenUrl> listen = config.bootstrap().listenPeer();
        if (!listen.getFirst().isSecure()) {
            return Optional.empty();
        }
        TlsSettings given = config.security().peer();
        try {
            boolean ownMade = given.keyPair() == null;
            TlsSettings settings = ownMade ? OwnCertificate.keptIn(directory, "peer", listen, given) : given;
            return Optional.of(new PeerTls(
                    MemberTls.accepting(settings),
                    MemberTls.connecting(settings, ownMade),
                    settings.demandsCertificate(),
                    settings.protocolNames(),
                    settings.suiteNames()));
        } catch (TlsFailed unusable) {
            throw new StartRefused(String.valueOf(unusable.getMessage()), unusable);
        }
    }
}
