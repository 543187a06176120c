package io.leasehold.server;

import io.leasehold.protocol.ReadsClock;
import io.leasehold.server.config.ListenUrl;
import io.leasehold.server.tls.SelfSigned;
import io.leasehold.server.tls.TlsFailed;
import io.leasehold.server.tls.TlsSettings;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The certificate that a server makes for itself when it is told to do without others' ({@code --auto-tls}). */
final class OwnCertificate {
    private OwnCertificate() {}

    /**
     * The settings with the key pair kept in the data directory, made if need be.
     *
     * @param directory the member's
     * @param role the folder's name: {@code client} or {@code peer}
     * @param listen what it is for
     * @throws TlsFailed when the files cannot be written
     */
    @ReadsClock("whether the certificate kept has expired is a matter of the calendar")
    static TlsSettings keptIn(DataDirectory directory, String role, List<ListenUrl> listen, TlsSettings settings) {
        Set<String> hosts = listen.stream()
                .filter(url -> !url.isUnix())
                .map(ListenUrl::host)
                .collect(Collectors.toSet());
        return settings.withKeyPair(SelfSigned.keptIn(
                directory.root().resolve("fixtures").resolve(role), hosts, settings.selfSignedYears(), Instant.now()));
    }
}
