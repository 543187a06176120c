package io.leasehold.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the service manager that this process is ready, as sd_notify(3) says: a unit with {@code Type=notify} counts as
 * started from then on, and what comes after it in systemd's order waits for it. Nobody is told where no manager asked.
 */
final class SystemdNotice {
    private static final Logger LOGGER = LoggerFactory.getLogger(SystemdNotice.class);

    /** Set by the service manager: the path of a datagram socket, or a name in the abstract namespace behind an {@code @}. */
    private static final String SOCKET_VARIABLE = "NOTIFY_SOCKET";

    private static final String READY = "READY=1";
    private static final long LIMIT_SECONDS = 5;

    private SystemdNotice() {}

    /** Says so, and waits until it is said, some seconds at most. A manager that cannot be told is only logged. */
    static void ready(Map<String, String> environment) {
        String socket = environment.getOrDefault(SOCKET_VARIABLE, "");
        if (socket.isEmpty()) {
            return;
        }
        // Neither the JDK nor the loops that serve connections have datagrams over Unix sockets at hand.
        EpollEventLoopGroup loop = new EpollEventLoopGroup(1);
        try {
            Channel channel = new Bootstrap()
                    .group(loop)
                    .channel(EpollDomainDatagramChannel.class)
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect(address(socket))
                    .sync()
                    .channel();
            channel.writeAndFlush(Unpooled.copiedBuffer(READY.getBytes(StandardCharsets.UTF_8)))
                    .sync();
            channel.close().sync();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (Exception untold) {
            LOGGER.atWarn()
                    .addKeyValue("socket", socket)
                    .setCause(untold)
                    .log("the service manager could not be told that this server is ready");
        } finally {
            var unused = loop.shutdownGracefully(0, LIMIT_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static DomainSocketAddress address(String socket) {
        return new DomainSocketAddress(socket.startsWith("@") ? "\0" + socket.substring(1) : socket);
    }
}
