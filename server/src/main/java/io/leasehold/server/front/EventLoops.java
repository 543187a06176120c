package io.leasehold.server.front;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/** The threads that serve connections, with the socket type that goes with them: epoll where there is one, else NIO. */
record EventLoops(EventLoopGroup group, Class<? extends ServerSocketChannel> serverChannelType) {
    /**
     * Each loop serves thousands of connections; two keep up with what one Applier can apply, and more would only take its
     * processor time.
     */
    private static final int LOOPS_MAX = 2;

    static EventLoops open() {
        int loops = Math.min(LOOPS_MAX, Runtime.getRuntime().availableProcessors());
        DefaultThreadFactory threads = new DefaultThreadFactory("leasehold-io");
        return Epoll.isAvailable()
                ? new EventLoops(new EpollEventLoopGroup(loops, threads), EpollServerSocketChannel.class)
                : new EventLoops(new NioEventLoopGroup(loops, threads), NioServerSocketChannel.class);
    }
}
