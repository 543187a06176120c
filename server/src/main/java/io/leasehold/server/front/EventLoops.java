package io.leasehold.server.front;

import io.leasehold.server.config.ListenUrl;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** The threads that serve connections, with the socket types that go with them: epoll where there is one, else NIO. */
record EventLoops(EventLoopGroup group, boolean epoll) {
    /**
     * Each loop serves thousands of connections; two keep up with what one Applier can apply, and more would only take its
     * processor time.
     */
    private static final int LOOPS_MAX = 2;

    static EventLoops open() {
        int loops = Math.min(LOOPS_MAX, Runtime.getRuntime().availableProcessors());
        DefaultThreadFactory threads = new DefaultThreadFactory("leasehold-io");
        return Epoll.isAvailable()
                ? new EventLoops(new EpollEventLoopGroup(loops, threads), true)
                : new EventLoops(new NioEventLoopGroup(loops, threads), false);
    }

    /** The type of socket to listen with on TCP addresses. */
    Class<? extends ServerChannel> serverChannelType() {
        return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** The type of socket to listen with on an address. */
    Class<? extends ServerChannel> serverChannelType(ListenUrl url) {
        if (!url.isUnix()) {
            return serverChannelType();
        }
        return epoll ? EpollServerDomainSocketChannel.class : NioServerDomainSocketChannel.class;
    }

    /** The address in the form that the socket types take. */
    SocketAddress address(ListenUrl url) {
        if (!url.isUnix()) {
            return new InetSocketAddress(url.host(), url.port());
        }
        return epoll ? new DomainSocketAddress(url.host()) : UnixDomainSocketAddress.of(url.host());
    }
}
