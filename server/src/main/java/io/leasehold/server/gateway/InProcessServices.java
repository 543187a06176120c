package io.leasehold.server.gateway;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.inprocess.AnonymousInProcessSocketAddress;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gRPC services, callable without a network. Started by the first request, so that a member whose clients all speak
 * gRPC does not pay for it. Thread-safe; calls run on the calling thread.
 */
final class InProcessServices implements AutoCloseable {
    private final List<ServerServiceDefinition> services;

    @GuardedBy("this")
    private @Nullable Server server;

    @GuardedBy("this")
    private @Nullable ManagedChannel channel;

    @GuardedBy("this")
    private boolean closed;

    InProcessServices(List<ServerServiceDefinition> services) {
        this.services = List.copyOf(services);
    }

    /** The channel to call them on. After {@link #close} it refuses every call as UNAVAILABLE. */
    synchronized Channel channel() {
        if (channel == null) {
            AnonymousInProcessSocketAddress address = new AnonymousInProcessSocketAddress();
            server = start(address);
            channel =
                    InProcessChannelBuilder.forAddress(address).directExecutor().build();
            if (closed) {
                channel.shutdownNow();
                server.shutdownNow();
            }
        }
        return channel;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (channel != null && server != null) {
            channel.shutdownNow();
            server.shutdownNow();
        }
    }

    private Server start(AnonymousInProcessSocketAddress address) {
        InProcessServerBuilder builder =
                InProcessServerBuilder.forAddress(address).directExecutor();
        services.forEach(builder::addService);
        try {
            return builder.build().start();
        } catch (IOException impossible) {
            throw new UncheckedIOException("an address of this process alone was taken", impossible);
        }
    }
}
