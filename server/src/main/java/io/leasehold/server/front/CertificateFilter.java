package io.leasehold.server.front;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerTransportFilter;
import io.leasehold.server.tls.ClientCertificate;
import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Tells grpc-java which certificate a client has shown. TLS ends in front of grpc-java, which knows of a connection only its
 * addresses; the remote address is the very object the channel has, and that object is what the certificate is found by:
 * two connections may have equal remote addresses when there are several listeners. Connections over a Unix socket have
 * none, so their certificates are not told. Thread-safe.
 */
final class CertificateFilter extends ServerTransportFilter {
    private final Map<SocketAddress, ClientCertificate> byRemote = Collections.synchronizedMap(new IdentityHashMap<>());

    /** Remembers the certificate of a connection, if it has one, for as long as it is open. */
    void note(Channel connection) {
        ClientCertificate certificate = connection.attr(TlsEntrance.CERTIFICATE).get();
        SocketAddress remote = connection.remoteAddress();
        if (certificate != null && remote != null) {
            byRemote.put(remote, certificate);
            connection.closeFuture().addListener(closed -> byRemote.remove(remote));
        }
    }

    @Override
    public Attributes transportReady(Attributes transport) {
        SocketAddress remote = transport.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        ClientCertificate certificate = remote == null ? null : byRemote.get(remote);
        return certificate == null
                ? transport
                : transport.toBuilder()
                        .set(ClientCertificate.TRANSPORT_KEY, certificate)
                        .build();
    }
}
