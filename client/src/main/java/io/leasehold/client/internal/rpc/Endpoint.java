package io.leasehold.client.internal.rpc;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One server's address, its channel, and what is known of its health. Any thread. */
public final class Endpoint {
    private final String address;
    private final ChannelSource channels;
    private @Nullable ManagedChannel channel;
    private boolean closed;

    /** Calls and streams that want to know when this endpoint is given up. */
    private final Set<Runnable> dependants = ConcurrentHashMap.newKeySet();

    volatile long heardNanos;
    volatile long downUntilNanos;
    volatile boolean down;
    volatile int failures;

    Endpoint(String address, ChannelSource channels, long nowNanos) {
        this.address = address;
        this.channels = channels;
        this.heardNanos = nowNanos;
    }

    /** Host and port. */
    public String address() {
        return address;
    }

    /** Its channel, opened when first asked for. One that waits to connect again is told not to wait. */
    synchronized ManagedChannel channel() {
        if (closed) {
            throw new IllegalStateException("endpoint " + address + " is closed");
        }
        if (channel == null) {
            channel = channels.open(address);
        } else if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            // Otherwise the channel's own pause, which grows to minutes, outlasts the outage.
            channel.resetConnectBackoff();
        }
        return channel;
    }

    /** Whether there is a connection to it. */
    synchronized boolean isConnected() {
        return channel != null && channel.getState(false) == ConnectivityState.READY;
    }

    void depend(Runnable onGivenUp) {
        dependants.add(onGivenUp);
    }

    void release(Runnable onGivenUp) {
        dependants.remove(onGivenUp);
    }

    boolean isInUse() {
        return !dependants.isEmpty();
    }

    void giveUp() {
        for (Runnable dependant : dependants) {
            dependant.run();
        }
    }

    synchronized void close() {
        closed = true;
        if (channel != null) {
            channel.shutdownNow();
        }
    }

    @Override
    public String toString() {
        return address + (down ? " (down)" : "");
    }
}
