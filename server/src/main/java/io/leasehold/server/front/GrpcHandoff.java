package io.leasehold.server.front;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.leasehold.server.config.ServerConfig.GrpcLimits;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * grpc-java's server behind our port. It is built as usual, on a {@link HandoffServerChannel} that listens nowhere; a
 * connection is handed over by firing it through that channel's pipeline, where grpc-java's acceptor takes it up.
 */
// A close or write that fails has closed the channel, and there is nothing else to do about it.
@SuppressWarnings("FutureReturnValueIgnored")
final class GrpcHandoff {
    /** Request headers hold a token at most; more is an attack on memory. */
    private static final int MAX_METADATA_BYTES = 16 * 1024;

    /**
     * Streams a client may reset in {@link #RESET_WINDOW_SECONDS}: a client that gives up a hundred calls a second is slow
     * or broken, one that opens and resets thousands is flooding (CVE-2023-44487).
     */
    private static final int MAX_RESETS_PER_WINDOW = 2_000;

    private static final int RESET_WINDOW_SECONDS = 20;

    /** How long running calls may take to finish once the server stops; watches never do. */
    private static final long STOP_GRACE_MILLIS = 500;

    private final Server server;
    private final CertificateFilter certificates = new CertificateFilter();
    private volatile @Nullable HandoffServerChannel entrance;

    GrpcHandoff(EventLoopGroup loops, PortServices served) {
        GrpcLimits limits = served.limits();
        NettyServerBuilder builder = NettyServerBuilder.forAddress(new HandoffServerChannel.Address())
                .channelFactory(this::newEntrance)
                .bossEventLoopGroup(loops)
                .workerEventLoopGroup(new HandoffEventLoopGroup(loops))
                .directExecutor()
                .addTransportFilter(certificates)
                .maxInboundMessageSize(served.maxMessageBytes())
                .maxInboundMetadataSize(MAX_METADATA_BYTES)
                .maxRstFramesPerWindow(MAX_RESETS_PER_WINDOW, RESET_WINDOW_SECONDS)
                .maxConcurrentCallsPerConnection(limits.maxConcurrentStreams())
                .permitKeepAliveTime(limits.keepAliveMinMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(false)
                .keepAliveTime(limits.keepAliveIntervalMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(limits.keepAliveTimeoutMillis(), TimeUnit.MILLISECONDS);
        served.services().forEach(builder::addService);
        served.tracers().forEach(builder::addStreamTracerFactory);
        server = builder.build();
    }

    /** Makes grpc-java ready to take connections. */
    void start() throws IOException {
        server.start();
    }

    /**
     * Hands a connection over.
     *
     * @param connection registered, active, and not reading: its handlers' first input must wait for {@code whenTaken}
     * @param whenTaken runs on the connection's loop once grpc-java's handlers are at the end of its pipeline, or once it
     *     is clear that they never will be
     */
    void accept(Channel connection, Runnable whenTaken) {
        HandoffServerChannel channel = entrance;
        if (channel == null || !channel.isActive()) {
            connection.close();
            return;
        }
        certificates.note(connection);
        channel.eventLoop().execute(() -> {
            // Adds the handlers to the connection, by a task on its loop; ours runs behind it.
            channel.pipeline().fireChannelRead(connection);
            channel.pipeline().fireChannelReadComplete();
            connection.eventLoop().execute(whenTaken);
        });
    }

    /** Sends GOAWAY and lets running calls finish for a moment; true when none is left. Blocks for half a second at most. */
    boolean drain() throws InterruptedException {
        server.shutdown();
        return server.awaitTermination(STOP_GRACE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Ends what is left, after its connections were closed. Not before: grpc-java would end the streams as CANCELLED, and
     * clients would not try another member.
     */
    void stop() throws InterruptedException {
        server.shutdownNow();
        server.awaitTermination(STOP_GRACE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private HandoffServerChannel newEntrance() {
        HandoffServerChannel channel = new HandoffServerChannel();
        entrance = channel;
        return channel;
    }
}
