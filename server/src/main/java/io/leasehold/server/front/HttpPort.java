package io.leasehold.server.front;

import io.leasehold.server.config.ListenUrl;
import io.leasehold.server.http.HttpEndpoint;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A port of its own for HTTP/1.1 between programs: neither gRPC nor what browsers need is served there. Opened and closed
 * by one thread; owns its event loops.
 */
public final class HttpPort implements AutoCloseable {
    private static final long STOP_SECONDS = 2;

    private final EventLoops loops;
    private final String flag;
    private final List<ListenUrl> addresses = new ArrayList<>();
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

    private HttpPort(EventLoops loops, String flag) {
        this.loops = loops;
        this.flag = flag;
    }

    /**
     * Takes the addresses and serves at once.
     *
     * @param urls where; at least one
     * @param flag which told the URLs, for the message when one cannot be had
     * @param maxBodyBytes larger request bodies are refused with 413
     * @param endpoints the first that fits answers; called on the event loops
     * @throws BindFailed when one of the addresses cannot be had; nothing stays open then
     */
    public static HttpPort open(List<ListenUrl> urls, String flag, int maxBodyBytes, List<HttpEndpoint> endpoints) {
        HttpPort port = new HttpPort(EventLoops.open(), flag);
        HttpPipeline pipeline = HttpPipeline.forPrograms(maxBodyBytes, endpoints);
        try {
            urls.forEach(url -> port.listen(url, pipeline));
        } catch (BindFailed failed) {
            port.close();
            throw failed;
        }
        return port;
    }

    /** Where it listens, in the order of the URLs given, with the ports the system chose. */
    public List<ListenUrl> addresses() {
        return List.copyOf(addresses);
    }

    /** Closes every connection and gives the addresses back. Blocks for some seconds at most; idempotent. */
    @Override
    public void close() {
        channels.close().awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
        loops.group()
                .shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
    }

    private void listen(ListenUrl url, HttpPipeline pipeline) {
        ChannelFuture bound = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverChannelType())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        channels.add(connection);
                        pipeline.addTo(connection.pipeline());
                    }
                })
                .bind(new InetSocketAddress(url.host(), url.port()))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new BindFailed(url, flag, bound.cause());
        }
        channels.add(bound.channel());
        addresses.add(url.withPort(((InetSocketAddress) bound.channel().localAddress()).getPort()));
    }
}
