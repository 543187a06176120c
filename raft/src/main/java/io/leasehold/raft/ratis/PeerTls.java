package io.leasehold.raft.ratis;

import java.util.List;
import javax.net.ssl.SSLContext;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.ApplicationProtocolConfig;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.ApplicationProtocolNames;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.ClientAuth;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.JdkSslContext;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslContext;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SupportedCipherSuiteFilter;

/**
 * How members speak TLS with each other: all of them do, or none. Which certificates are shown and believed is in the
 * contexts, and may change while they are in use.
 *
 * @param accepting for connections of other members
 * @param connecting for connections to them; the name to check their certificates against is told to it
 * @param demandsCertificate whether another member must show a certificate to be let in
 * @param protocols the JDK's names of the versions spoken, at least one
 * @param cipherSuites the JDK's names; empty: the JDK's choice
 */
public record PeerTls(
        SSLContext accepting,
        SSLContext connecting,
        boolean demandsCertificate,
        List<String> protocols,
        List<String> cipherSuites) {

    /** Copies the lists. */
    public PeerTls {
        protocols = List.copyOf(protocols);
        cipherSuites = List.copyOf(cipherSuites);
        if (protocols.isEmpty()) {
            throw new IllegalArgumentException("no version of TLS is spoken");
        }
    }

    SslContext forServer() {
        return engineContext(accepting, false, demandsCertificate ? ClientAuth.REQUIRE : ClientAuth.NONE);
    }

    SslContext forClient() {
        return engineContext(connecting, true, ClientAuth.NONE);
    }

    private SslContext engineContext(SSLContext context, boolean client, ClientAuth clientAuth) {
        return new JdkSslContext(
                context,
                client,
                cipherSuites.isEmpty() ? null : cipherSuites,
                SupportedCipherSuiteFilter.INSTANCE,
                new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2),
                clientAuth,
                protocols.toArray(String[]::new),
                false);
    }
}
