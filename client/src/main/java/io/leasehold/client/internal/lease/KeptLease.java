package io.leasehold.client.internal.lease;

import io.leasehold.client.internal.time.Listing;
import io.leasehold.client.lease.LeaseState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One lease that is kept alive, for all its handles. Written by the client's thread alone; the volatile fields are read by
 * any.
 */
final class KeptLease {
    static final long NO_SLOT = -1;

    final long id;
    final List<LeaseHandle> handles = new ArrayList<>(1);

    /** 0: not known yet. */
    volatile long ttlNanos;

    /** Meaningful once the TTL is known. */
    volatile long validUntilNanos;

    volatile LeaseState state;

    /** False from when the process was seen to have stood still until the next answer. */
    volatile boolean trusted = true;

    /** When the last answered renewal was sent. */
    long countedFromNanos;

    long renewAtNanos;

    /** Whether a renewal was sent on the present stream and not answered. */
    boolean outstanding;

    /** Whether it waits to be sent. */
    boolean due;

    /** Whether this client waits for its own revocation. */
    boolean revoking;

    boolean warned;

    /** Whether its time is over and it is asked for all the same, as one of its handles wants it. */
    boolean probed;

    long sentAtNanos;

    /** Its slot on the {@link LeaseWheel}, and its neighbours there. */
    long slot = NO_SLOT;

    @Nullable
    KeptLease next;

    @Nullable
    KeptLease previous;

    /** Its place in the {@link LeaseQueue}; -1 when it is not there. */
    int placeInQueue = -1;

    /** A lease of which nothing is known but its id. */
    KeptLease(long id) {
        this.id = id;
        this.state = LeaseState.PENDING;
    }

    /** A lease that was granted with this TTL by a request sent at that time. */
    KeptLease(long id, long ttlNanos, long sentAtNanos) {
        this.id = id;
        this.state = LeaseState.ACTIVE;
        countFrom(sentAtNanos, ttlNanos);
    }

    void countFrom(long fromNanos, long ttl) {
        countedFromNanos = fromNanos;
        validUntilNanos = fromNanos + RenewalTimes.validity(ttl);
        ttlNanos = ttl;
    }

    boolean isKnown() {
        return ttlNanos > 0;
    }

    boolean isOver() {
        return state == LeaseState.LOST;
    }

    /** What is left of it; 0 when it cannot be relied on. Any thread. */
    long validForNanos(long nowNanos) {
        if (!isKnown() || !trusted || isOver()) {
            return 0;
        }
        return Math.max(validUntilNanos - nowNanos, 0);
    }

    /** How it stands now. Any thread. */
    Standing standing(long nowNanos) {
        return new Standing(id, state, ttlNanos, validForNanos(nowNanos));
    }

    long answerLimitNanos() {
        return RenewalTimes.answerLimit(ttlNanos);
    }

    /** How a lease stood at one moment. */
    record Standing(long id, LeaseState state, long ttlNanos, long validForNanos) {
        /** Those that are not well first, and of those that are well the one that ends first. */
        static final Comparator<Standing> BY_URGENCY = Comparator.comparing(
                        (Standing standing) -> standing.state == LeaseState.ACTIVE)
                .thenComparingLong(Standing::validForNanos);

        @Override
        public String toString() {
            return "lease " + Long.toHexString(id) + ' ' + state + ", ttl "
                    + (ttlNanos == 0 ? "not known yet" : Listing.seconds(Duration.ofNanos(ttlNanos))) + ", valid for "
                    + Listing.seconds(Duration.ofNanos(validForNanos));
        }
    }
}
