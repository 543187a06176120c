package io.leasehold.client.lease;

import io.leasehold.client.call.LeaseholdException;
import java.time.Duration;

/**
 * Told how a lease that is kept alive fares. Calls for one lease come one after another, in order, on the client's
 * callback executor, and may block without holding up any renewal. What a listener throws is logged.
 */
public interface LeaseListener {
    /** A listener that is told nothing. */
    LeaseListener NONE = new LeaseListener() {};

    /** A renewal was answered. For a listener that is slow only the newest is kept. */
    default void onRenewed(LeaseRenewal renewal) {}

    /** The state has changed, other than to {@code LOST}, which has a call of its own. */
    default void onStateChange(long leaseId, LeaseState before, LeaseState now) {}

    /**
     * The lease runs out soon: no renewal was answered while two thirds of its time went by. Told once, until a renewal
     * is answered.
     *
     * @param left what it can still be relied on
     */
    default void onExpiring(long leaseId, Duration left) {}

    /** Something failed; renewals go on. Told once for each outage, not for each attempt. */
    default void onError(long leaseId, LeaseholdException error) {}

    /** The lease is no longer kept: the last call, exactly once. */
    default void onLost(long leaseId, LossReason reason) {}
}
