package io.leasehold.client.metrics;

import java.time.Duration;

/**
 * Told what the client does, to be counted by whatever the program counts with. Called on the client's own threads: must be
 * quick, must not block and must not throw.
 */
public interface ClientMetrics {
    /** Counts nothing. */
    ClientMetrics NONE = new ClientMetrics() {};

    /**
     * A call has ended, with all its repetitions.
     *
     * @param method such as {@code etcdserverpb.KV/Range}
     * @param outcome {@code OK} or a {@link io.leasehold.client.call.LeaseholdException.Kind}
     * @param attempts 1 or more
     */
    default void callEnded(String method, String outcome, int attempts, Duration took) {}

    /** The client has turned from one endpoint to another. */
    default void failedOver(String from, String to) {}

    /** A stream was opened: the first, or again after a disconnect. */
    default void streamOpened(String method, String endpoint) {}

    /** A lease is no longer kept; {@code reason} is a {@link io.leasehold.client.lease.LossReason}. */
    default void leaseLost(String reason) {}

    /** A lease was renewed. */
    default void leaseRenewed(Duration roundTrip) {}
}
