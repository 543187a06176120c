package io.leasehold.server.front;

import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
import io.leasehold.server.config.ListenUrl;
import io.leasehold.server.config.ServerConfig.GrpcLimits;
import io.leasehold.server.http.HttpEndpoint;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The port clients speak to: gRPC and HTTP/1.1 side by side on every listen URL. First {@link #bind}, so that a taken
 * address is found before anything else is done, then {@link #serve}; connections made in between wait in the backlog.
 * Opened and closed by one thread; owns its event loops.
 */
public final class ClientPort implements AutoCloseable {
    /** Connections the kernel holds while the loops are busy; the kernel cuts it to its own bound. */
    private static final int BACKLOG = 4_096;

    private static final long STOP_SECONDS = 2;

    private final EventLoops loops;
    private final List<Channel> listeners = new ArrayList<>();
    private final List<ListenUrl> addresses = new ArrayList<>();
    private final ChannelGroup connections;
    private volatile @Nullable GrpcHandoff grpc;
    private volatile @Nullable HttpPipeline http;
    private boolean closed;

    private ClientPort(EventLoops loops) {
        this.loops = loops;
        this.connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    }

    /**
     * Takes the addresses, without accepting anyone yet.
     *
     * @throws BindFailed when one of them cannot be had; nothing stays open then
     */
    public static ClientPort bind(List<ListenUrl> urls) {
        ClientPort port = new ClientPort(EventLoops.open());
        try {
            urls.forEach(port::listen);
        } catch (BindFailed failed) {
            port.close();
            throw failed;
        }
        return port;
    }

    /**
     * Begins to accept connections.
     *
     * @param limits bounds on gRPC connections
     * @param maxMessageBytes the largest message, whichever protocol it comes by
     * @param services what gRPC serves; called on the event loops
     * @param tracers told of every gRPC call
     * @param endpoints what HTTP/1.1 serves, the first that fits; called on the event loops
     */
    public void serve(
            GrpcLimits limits,
            int maxMessageBytes,
            List<ServerServiceDefinition> services,
            List<? extends ServerStreamTracer.Factory> tracers,
            List<HttpEndpoint> endpoints) {
        GrpcHandoff handoff = new GrpcHandoff(loops.group(), limits, maxMessageBytes, services, tracers);
        try {
            handoff.start();
        } catch (IOException impossible) {
            throw new UncheckedIOException("a channel that listens nowhere could not be bound", impossible);
        }
        http = HttpPipeline.forClients(maxMessageBytes, endpoints);
        grpc = handoff;
        listeners.forEach(listener -> listener.config().setAutoRead(true));
    }

    /** Where it listens, in the order of the URLs given, with the ports the system chose. */
    public List<ListenUrl> addresses() {
        return List.copyOf(addresses);
    }

    /** The loops that serve the connections; for tasks that are short and never block. */
    public EventLoopGroup loops() {
        return loops.group();
    }

    /** Stops accepting, tells gRPC clients to go away, gives running calls a moment, closes all. Blocks ≤ 4 s. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        listeners.forEach(listener -> listener.close().awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS));
        try {
            GrpcHandoff handoff = grpc;
            boolean drained = handoff == null || handoff.drain();
            connections.forEach(ClientPort::cut);
            connections.newCloseFuture().await(STOP_SECONDS, TimeUnit.SECONDS);
            if (handoff != null && !drained) {
                handoff.stop();
            }
        } catch (InterruptedException stopHurried) {
            Thread.currentThread().interrupt();
        } finally {
            loops.group()
                    .shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS)
                    .awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void listen(ListenUrl url) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverChannelType())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        receive(connection);
                    }
                });
        ChannelFuture bound =
                bootstrap.bind(new InetSocketAddress(url.host(), url.port())).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new BindFailed(url, "listen-client-urls", bound.cause());
        }
        listeners.add(bound.channel());
        addresses.add(url.withPort(((InetSocketAddress) bound.channel().localAddress()).getPort()));
    }

    /**
     * Closes the socket from the front of the pipeline, past grpc-java's handlers: those would first reset every stream as
     * CANCELLED, while a connection that just ends is UNAVAILABLE to the client, who then tries another member.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // The group's close future tells when all are closed.
    private static void cut(Channel connection) {
        ChannelHandlerContext first = connection.pipeline().firstContext();
        if (first == null) {
            connection.close();
        } else {
            first.close();
        }
    }

    private void receive(Channel connection) {
        GrpcHandoff handoff = grpc;
        HttpPipeline pipeline = http;
        if (handoff == null || pipeline == null) {
            throw new IllegalStateException("accepted a connection before there was anyone to serve it");
        }
        connections.add(connection);
        connection.pipeline().addLast(new ProtocolSniffer(handoff, pipeline));
    }
}
