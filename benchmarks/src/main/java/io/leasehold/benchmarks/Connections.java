package io.leasehold.benchmarks;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A few HTTP/2 connections to one server that share one event loop, so that the generator leaves the machine alone. */
final class Connections implements AutoCloseable {
    private static final int MESSAGE_BYTES_MAX = 64 << 20;
    private static final long CLOSE_LIMIT_SECONDS = 5;

    private final EventLoopGroup loop = Epoll.isAvailable() ? new EpollEventLoopGroup(1) : new NioEventLoopGroup(1);
    private final List<ManagedChannel> channels = new ArrayList<>();

    Connections(int port, int count) {
        this(List.of(port), count);
    }

    /** At least {@code count}, as many to each port. */
    Connections(List<Integer> ports, int count) {
        int each = (count + ports.size() - 1) / ports.size();
        for (int i = 0; i < each * ports.size(); i++) {
            int port = ports.get(i % ports.size());
            channels.add(NettyChannelBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .usePlaintext()
                    .directExecutor()
                    .eventLoopGroup(loop)
                    .channelType(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
                    .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                    .build());
        }
    }

    /** The connection for the n-th slot, round robin. */
    ManagedChannel channel(int slot) {
        return channels.get(slot % channels.size());
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        loop.shutdownGracefully(0, CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
