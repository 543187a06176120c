package io.leasehold.faults.cluster;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Connections of clients, without retries: what a call reports is what happened to it. */
public final class Channels {
    private static final int MESSAGE_BYTES_MAX = 64 << 20;

    private Channels() {}

    /** A connection to a port of loopback; whoever opens it shuts it down. */
    public static ManagedChannel open(int port) {
        return NettyChannelBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .usePlaintext()
                .disableRetry()
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                .build();
    }
}
