package io.leasehold.server;

import io.leasehold.server.config.ListenUrl;
import io.leasehold.server.config.ServerConfig;
import io.leasehold.server.config.StartRefused;
import io.leasehold.server.tls.TlsContexts;
import io.leasehold.server.tls.TlsFailed;
import io.leasehold.server.tls.TlsSettings;
import java.util.Optional;

/** Brings up TLS for clients: with the certificate given, or one of its own that is kept in the data directory. */
final class ClientTls {
    private ClientTls() {}

    /**
     * The contexts for new connections; empty when no listener speaks TLS.
     *
     * @throws StartRefused when a file cannot be used
     */
    static Optional<TlsContexts> open(ServerConfig config, DataDirectory directory) {
        if (config.client().all().stream().noneMatch(ListenUrl::isSecure)) {
            return Optional.empty();
        }
        TlsSettings settings = config.security().client();
        try {
            return Optional.of(TlsContexts.accepting(
                    settings.keyPair() == null
                            ? OwnCertificate.keptIn(
                                    directory, "client", config.client().all(), settings)
                            : settings));
        } catch (TlsFailed unusable) {
            throw new StartRefused(String.valueOf(unusable.getMessage()), unusable);
        }
    }
}
