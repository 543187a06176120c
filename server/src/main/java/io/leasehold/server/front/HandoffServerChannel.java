package io.leasehold.server.front;

import io.netty.channel.AbstractServerChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The server channel grpc-java binds: it listens nowhere. Connections that the {@link ProtocolSniffer} has found to be
 * HTTP/2 are fired through its pipeline as if just accepted.
 */
final class HandoffServerChannel extends AbstractServerChannel {
    /** The address grpc-java is told to bind; a name, not a place. */
    static final class Address extends SocketAddress {
        private static final long serialVersionUID = 1;

        @Override
        public String toString() {
            return "leasehold-client-port";
        }
    }

    private final ChannelConfig config = new DefaultChannelConfig(this);
    private volatile @Nullable SocketAddress address;
    private volatile boolean closed;

    @Override
    protected boolean isCompatible(EventLoop loop) {
        // Nothing is ever selected on this channel, so any kind of loop can run its pipeline.
        return true;
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        return address;
    }

    @Override
    protected void doBind(SocketAddress localAddress) {
        address = localAddress;
    }

    @Override
    protected void doBeginRead() {
        // Connections are pushed, not pulled.
    }

    @Override
    protected void doClose() {
        closed = true;
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public boolean isActive() {
        return !closed && address != null;
    }
}
