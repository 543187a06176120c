package io.leasehold.client.internal.rpc;

import io.grpc.ManagedChannel;

/** Makes a channel to one endpoint. */
@FunctionalInterface
public interface ChannelSource {
    /** A new channel to {@code host:port}, which connects when it is first used. */
    ManagedChannel open(String address);
}
