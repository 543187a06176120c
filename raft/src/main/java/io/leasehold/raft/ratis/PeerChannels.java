package io.leasehold.raft.ratis;

import java.io.IOException;
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

    static byte[] describe(String hostAndPort, int timeoutMillis) throws IOException {
        ManagedChannel channel = NettyChannelBuilder.forTarget("dns:///" + hostAndPort)
                .usePlaintext()
                .proxyDetector(address -> null)
                .build();
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
        return NettyChannelBuilder.forTarget(PeerAddressBook.target(memberId))
                .usePlaintext()
                // Members speak to each other directly, whatever the environment says about proxies.
                .proxyDetector(address -> null)
                .directExecutor()
                .disableRetry()
                .maxInboundMessageSize(EngineProperties.peerMessageBytesMax(settings))
                .build();
    }
}
