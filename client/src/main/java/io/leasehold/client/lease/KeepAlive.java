package io.leasehold.client.lease;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A lease that is kept alive. Several handles for one lease share its renewals, which end with the last handle. Safe for
 * any thread, also from within a listener.
 */
public interface KeepAlive extends AutoCloseable {
    /** The lease. */
    long leaseId();

    /** What the server granted at the last answer; zero as long as that is not known. */
    Duration ttl();

    /** Where it stands. */
    LeaseState state();

    /**
     * How long the lease can still be relied on, on this process's monotonic clock: counted from when the last renewal
     * that was answered was sent, less a margin for clocks. Zero when it cannot be relied on now. Read anew at each call,
     * so it is right also after the process stood still.
     */
    Duration validFor();

    /** Whether {@link #validFor()} is more than zero. */
    default boolean isValid() {
        return !validFor().isZero();
    }

    /** Adds a listener, which is told the present state at once if the lease is already lost. */
    void listen(LeaseListener listener);

    /** Completes when the lease is no longer kept, with the reason; never fails. */
    CompletableFuture<LossReason> lost();

    /** Gives this handle up; the lease is not revoked. Again: nothing happens. */
    @Override
    void close();
}
