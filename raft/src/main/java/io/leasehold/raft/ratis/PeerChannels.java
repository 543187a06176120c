package io.leasehold.raft.ratis;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.thirdparty.io.grpc.CallOptions;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.ClientCalls;

/** Makes our own channels to other members, beside those of the engine. */
final class PeerChannels {

    private final RatisSettings settings;

    PeerChannels(RatisSettings settings) {
        this.settings = settings;
    }

    static byte[] describe(String hostAndPort, Optional<PeerTls> tls, int timeoutMillis) throws IOException {
        ManagedChannel channel = builder("dns:///" + hostAndPort, tls).build();
        try {
            return ClientCalls.blockingUnaryCall(
                    channel,
                    PeerStreamMethod.DESCRIBE,
                    CallOptions.DEFAULT.withDeadlineAfter(timeoutMillis, TimeUnit.MILLISECONDS),
                    new byte[0]);
        } catch (StatusRuntimeException failed) {
            throw new IOException("no member answers at " + hostAndPort + ": " + failed.getStatus(), failed);
        } finally {
            channel.shutdownNow();
        }
    }

    ManagedChannel to(long memberId) {
        return builder(PeerAddressBook.target(memberId), settings.tls())
                .directExecutor()
                .disableRetry()
                .maxInboundMessageSize(EngineProperties.peerMessageBytesMax(settings))
                .build();
    }

    private static NettyChannelBuilder builder(String target, Optional<PeerTls> tls) {
        NettyChannelBuilder builder = NettyChannelBuilder.forTarget(target)
                // Members speak to each other directly, whatever the environment says about proxies.
                .proxyDetector(address -> null);
        return tls.map(peers -> builder.useTransportSecurity().sslContext(peers.forClient()))
                .orElseGet(builder::usePlaintext);
    }
}
