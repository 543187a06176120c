package io.leasehold.server.front;

import io.leasehold.server.config.ListenUrl;
import io.leasehold.server.config.ServerConfig.ClientUrls;
import io.leasehold.server.tls.TlsContexts;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The port clients speak to: gRPC and HTTP on every listen URL, plain or by TLS, over TCP or a Unix socket. First
 * {@link #bind}, so that a taken address is found before anything else is done, then {@link #serve}; connections made in
 * between wait in the backlog. Opened and closed by one thread; owns its event loops.
 */
public final class ClientPort implements AutoCloseable {
    /** Connections the kernel holds while the loops are busy; the kernel cuts it to its own bound. */
    private static final int BACKLOG = 4_096;

    private static final long STOP_SECONDS = 2;

    /** A handshake takes milliseconds of arithmetic: this many at once, so that they leave room for what runs. */
    private static final int HANDSHAKE_THREADS = 2;

    private final EventLoops loops;
    private final List<Listener> listeners = new ArrayList<>();
    private final ChannelGroup connections;
    private final RejectedConnections rejected = new RejectedConnections();
    private final HeaderTrace trace = HeaderTrace.asked(System.getenv("GODEBUG"), System.err);
    private @Nullable GrpcHandoff grpc;
    private @Nullable ExecutorService handshakes;
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
    public static ClientPort bind(ClientUrls urls) {
        ClientPort port = new ClientPort(EventLoops.open());
        PortRole main = urls.listenHttp().isEmpty() ? PortRole.ALL : PortRole.GRPC;
        try {
            port.listenAll(urls.listen(), main);
            urls.listenHttp().forEach(url -> port.listen(url, PortRole.HTTP));
            urls.listenMetrics().forEach(url -> port.listen(url, PortRole.METRICS));
        } catch (BindFailed failed) {
            port.close();
            throw failed;
        }
        return port;
    }

    /** Two URLs of one address, one plain and one by TLS, are one listener for both. */
    private void listenAll(List<ListenUrl> urls, PortRole role) {
        for (ListenUrl url : urls) {
            Optional<Listener> same = listeners.stream()
                    .filter(listener -> listener.isOtherHalfOf(url))
                    .findFirst();
            if (same.isPresent()) {
                Listener first = same.get();
                listeners.add(new Listener(url, role, first.channel(), first.entrance(), true));
                listeners.set(listeners.indexOf(first), first.shared());
            } else {
                listen(url, role);
            }
        }
    }

    /**
     * Begins to accept connections.
     *
     * @param tls for the addresses with TLS; must be there if there is one
     */
    public void serve(PortServices services, Optional<TlsContexts> tls) {
        GrpcHandoff handoff = new GrpcHandoff(loops.group(), services);
        try {
            handoff.start();
        } catch (IOException impossible) {
            throw new UncheckedIOException("a channel that listens nowhere could not be bound", impossible);
        }
        grpc = handoff;
        AccessRules rules = AccessRules.forClients(services.access());
        HttpPipeline http = HttpPipeline.forClients(services.maxMessageBytes(), rules, services.endpoints());
        HttpPipeline nothing = HttpPipeline.forClients(services.maxMessageBytes(), rules, List.of());
        HttpPipeline probes = HttpPipeline.forClients(services.maxMessageBytes(), rules, services.probes());
        int streams = services.limits().maxConcurrentStreams();
        for (Listener listener : listeners) {
            Supplier<ProtocolSniffer> sniffer =
                    switch (listener.role()) {
                        case ALL -> () -> new ProtocolSniffer(handoff, http, streams, trace);
                        case GRPC -> () -> new ProtocolSniffer(handoff, nothing, streams, trace);
                        case HTTP -> () -> new ProtocolSniffer(null, http, streams, trace);
                        case METRICS -> () -> new ProtocolSniffer(null, probes, streams, trace);
                    };
            if (listener.url().isSecure()) {
                listener.entrance().set(secured(tls.orElseThrow(), sniffer, listener.forBoth()));
            } else if (!listener.forBoth()) {
                listener.entrance().set(sniffer);
            }
        }
        for (Listener listener : listeners) {
            listener.channel().config().setAutoRead(true);
        }
    }

    private Supplier<ChannelHandler> secured(TlsContexts contexts, Supplier<ProtocolSniffer> behind, boolean plainToo) {
        ExecutorService executor = handshakes;
        if (executor == null) {
            executor = Executors.newFixedThreadPool(
                    HANDSHAKE_THREADS,
                    Thread.ofPlatform().name("leasehold-tls-", 0).daemon().factory());
            handshakes = executor;
        }
        ExecutorService arithmetic = executor;
        return () -> new TlsEntrance(contexts, arithmetic, behind.get(), plainToo, rejected);
    }

    /** Where clients are served with gRPC, in the order of the URLs given, with the ports the system chose. */
    public List<ListenUrl> addresses() {
        return listeners.stream()
                .filter(listener -> listener.role() == PortRole.ALL || listener.role() == PortRole.GRPC)
                .map(Listener::url)
                .toList();
    }

    /** Where it listens for one purpose, in the order of the URLs given, with the ports the system chose. */
    public List<ListenUrl> addresses(PortRole role) {
        return listeners.stream()
                .filter(listener -> listener.role() == role)
                .map(Listener::url)
                .toList();
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
        listeners.forEach(ClientPort::stopListening);
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
            if (handshakes != null) {
                handshakes.shutdownNow();
            }
            loops.group()
                    .shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS)
                    .awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static void stopListening(Listener listener) {
        listener.channel().close().awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
        if (listener.url().isUnix()) {
            SocketFile.clearQuietly(Path.of(listener.url().host()));
        }
    }

    private void listen(ListenUrl url, PortRole role) {
        AtomicReference<Supplier<? extends ChannelHandler>> entrance = new AtomicReference<>(() -> {
            throw new IllegalStateException("accepted a connection before there was anyone to serve it");
        });
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverChannelType(url))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connections.add(connection);
                        connection.pipeline().addLast(entrance.get().get());
                    }
                });
        if (!url.isUnix()) {
            bootstrap.option(ChannelOption.SO_REUSEADDR, true).childOption(ChannelOption.TCP_NODELAY, true);
        }
        Channel bound = bound(bootstrap, url, role);
        ListenUrl known = url.isUnix() ? url : url.withPort(((InetSocketAddress) bound.localAddress()).getPort());
        listeners.add(new Listener(known, role, bound, entrance, false));
    }

    private Channel bound(ServerBootstrap bootstrap, ListenUrl url, PortRole role) {
        try {
            if (url.isUnix()) {
                SocketFile.clear(Path.of(url.host()));
            }
        } catch (IOException inTheWay) {
            throw new BindFailed(url, role.flag(), inTheWay);
        }
        ChannelFuture bound = bootstrap.bind(loops.address(url)).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new BindFailed(url, role.flag(), bound.cause());
        }
        return bound.channel();
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

    /**
     * One address.
     *
     * @param url with the port the system chose
     * @param entrance makes a new connection's first handler, once there is something to serve
     * @param forBoth whether another one has the same channel, for plain clients or those with TLS
     */
    private record Listener(
            ListenUrl url,
            PortRole role,
            Channel channel,
            AtomicReference<Supplier<? extends ChannelHandler>> entrance,
            boolean forBoth) {

        Listener shared() {
            return new Listener(url, role, channel, entrance, true);
        }

        boolean isOtherHalfOf(ListenUrl other) {
            return !url.isUnix()
                    && !other.isUnix()
                    && url.port() != 0
                    && url.isSecure() != other.isSecure()
                    && url.hostAndPort().equals(other.hostAndPort());
        }
    }
}
