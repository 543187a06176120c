package io.leasehold.raft.ratis;

import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;

/** Makes our own channels to other members, beside those of the engine. */
final class PeerChannels {

    private final RatisSettings settings;

    PeerChannels(RatisSettings settings) {
        this.settings = settings;
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
