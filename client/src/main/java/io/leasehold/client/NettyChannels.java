package io.leasehold.client;

import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.leasehold.client.internal.rpc.ChannelSource;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.URI;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Channels over TCP. The one place of the client that knows Netty. */
final class NettyChannels implements ChannelSource {
    private final Executor callbacks;
    private final long connectTimeoutNanos;
    private final long pingNanos;
    private final long pingAnswerNanos;
    private final int messageBytesMax;
    private final @Nullable SslContext ssl;
    private final @Nullable String serverName;

    NettyChannels(LeaseholdClientBuilder settings, Executor callbacks) {
        this.callbacks = callbacks;
        this.connectTimeoutNanos = settings.connectTimeout.toNanos();
        this.pingNanos = settings.pingInterval.toNanos();
        this.pingAnswerNanos = settings.pingTimeout.toNanos();
        this.messageBytesMax = settings.messageBytesMax;
        Tls tls = settings.tls;
        this.ssl = tls == null ? null : context(tls);
        this.serverName = tls == null ? null : tls.serverName().orElse(null);
    }

    @Override
    public ManagedChannel open(String address) {
        URI parsed = address.isEmpty() ? URI.create("none:/") : URI.create("any://" + address);
        if (parsed.getHost() == null || parsed.getPort() < 0) {
            throw new IllegalArgumentException("expected host:port, got " + address);
        }
        boolean literal = parsed.getHost().startsWith("[");
        // With its scheme, as a program may have another default one; a literal in brackets cannot be written so.
        NettyChannelBuilder channel = (literal
                        ? NettyChannelBuilder.forAddress(
                                parsed.getHost().substring(1, parsed.getHost().length() - 1), parsed.getPort())
                        : NettyChannelBuilder.forTarget("dns:///" + parsed.getHost() + ":" + parsed.getPort()))
                .executor(callbacks)
                .maxInboundMessageSize(messageBytesMax)
                .withOption(ChannelOption.TCP_NODELAY, true)
                .withOption(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) TimeUnit.NANOSECONDS.toMillis(connectTimeoutNanos))
                .keepAliveTime(pingNanos, TimeUnit.NANOSECONDS)
                .keepAliveTimeout(pingAnswerNanos, TimeUnit.NANOSECONDS)
                // etcd ends connections that are pinged without a call on them.
                .keepAliveWithoutCalls(false);
        if (ssl == null) {
            channel.usePlaintext();
        } else {
            channel.sslContext(ssl);
            if (serverName != null) {
                channel.overrideAuthority(serverName);
            }
        }
        return channel.build();
    }

    private static SslContext context(Tls tls) {
        try {
            SslContextBuilder context = GrpcSslContexts.forClient();
            tls.authorities().ifPresent(pem -> context.trustManager(pem.toFile()));
            tls.trust().ifPresent(context::trustManager);
            tls.identity().ifPresent(context::keyManager);
            tls.certificate()
                    .ifPresent(pem -> context.keyManager(
                            pem.toFile(), tls.key().orElseThrow().toFile()));
            return context.build();
        } catch (SSLException | IllegalArgumentException unusable) {
            throw new IllegalArgumentException("TLS cannot be set up: " + unusable.getMessage(), unusable);
        }
    }
}
