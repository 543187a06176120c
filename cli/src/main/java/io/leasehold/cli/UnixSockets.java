package io.leasehold.cli;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.List;

/** Connections to sockets in the file system; a class of its own, so that nobody else loads what they need. */
final class UnixSockets {
    private UnixSockets() {}

    /**
     * The thread that waits for such sockets.
     *
     * @throws CtlException if this machine has none, or other endpoints are among these
     */
    static EventLoopGroup loops(List<String> endpoints) {
        if (!endpoints.stream().allMatch(EndpointList::isUnix)) {
            throw Arguments.bad("--endpoints: unix:// and other endpoints cannot be mixed");
        }
        if (!Epoll.isAvailable()) {
            throw new CtlException(
                    CtlException.Code.BAD_CONNECTION,
                    "--endpoints: unix:// works on Linux with an x86-64 processor only",
                    Epoll.unavailabilityCause());
        }
        return new EpollEventLoopGroup(1, new DefaultThreadFactory("leaseholdctl-unix", true));
    }

    static Class<? extends Channel> channelType() {
        return EpollDomainSocketChannel.class;
    }
}
