package io.leasehold.raft.ratis;

import io.leasehold.protocol.ByteSequence;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.ratis.thirdparty.io.grpc.CallOptions;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.ClientCalls;
import org.apache.ratis.thirdparty.io.grpc.stub.MetadataUtils;

/** Makes our own channels to other members, beside those of the engine. */
final class PeerChannels {

    private final RatisSettings settings;

    PeerChannels(RatisSettings settings) {
        this.settings = settings;
    }

    static PeerDescription describe(String hostAndPort, Optional<PeerTls> tls, int timeoutMillis) throws IOException {
        AtomicReference<Metadata> headers = new AtomicReference<>(new Metadata());
        ManagedChannel channel = builder("dns:///" + hostAndPort, tls)
                .intercept(MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>()))
                .build();
        try {
            byte[] cluster = ClientCalls.blockingUnaryCall(
                    channel,
                    PeerStreamMethod.DESCRIBE,
                    CallOptions.DEFAULT.withDeadlineAfter(timeoutMillis, TimeUnit.MILLISECONDS),
                    new byte[0]);
            String logMembers = headers.get().get(PeerStreamMethod.LOG_MEMBERS);
            return new PeerDescription(
                    UUID.fromString(String.valueOf(headers.get().get(PeerStreamMethod.GROUP))),
                    ByteSequence.wrap(cluster),
                    Optional.ofNullable(logMembers).map(PeerIds::parseAll));
        } catch (IllegalArgumentException unknown) {
            throw new IOException("the member at " + hostAndPort + " does not say which log it has", unknown);
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
