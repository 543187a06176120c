package io.leasehold.client.lease.classic;

import io.leasehold.client.lease.KeepAlive;
import io.leasehold.client.lease.LeaseRenewal;
import org.jspecify.annotations.Nullable;

/** A lease in the map of those that are kept alive. Any thread. */
public final class ClassicKeepAlive {
    private final long leaseId;
    private volatile LeaseHandler handler;
    private volatile long nextKeepAliveTime;
    private volatile long deadLine;
    private volatile boolean answered;
    private volatile @Nullable KeepAlive handle;

    ClassicKeepAlive(long leaseId, LeaseHandler handler, long nowNanos) {
        this.leaseId = leaseId;
        this.handler = handler;
        this.nextKeepAliveTime = nowNanos;
    }

    /** The lease. */
    public long leaseId() {
        return leaseId;
    }

    /** When it is to be renewed next, on the client's monotonic clock in nanoseconds. */
    public long nextKeepAliveTime() {
        return nextKeepAliveTime;
    }

    /**
     * Up to when it can be relied on, on the same clock: counted from when the last answered request was sent. Before the
     * first answer there is none, and this is {@link Long#MAX_VALUE}.
     */
    public long deadLine() {
        return answered ? deadLine : Long.MAX_VALUE;
    }

    boolean isAnswered() {
        return answered;
    }

    LeaseHandler handler() {
        return handler;
    }

    void handler(LeaseHandler next) {
        handler = next;
    }

    void handle(KeepAlive kept) {
        handle = kept;
    }

    void close() {
        KeepAlive kept = handle;
        if (kept != null) {
            kept.close();
        }
    }

    void renewed(LeaseRenewal renewal, long nowNanos) {
        deadLine = renewal.validUntilNanos();
        nextKeepAliveTime =
                nowNanos - renewal.roundTrip().toNanos() + renewal.ttl().toNanos() / 3;
        answered = true;
    }
}
