package io.leasehold.client.internal.lease;

import io.leasehold.client.lease.LeaseState;
import java.util.ArrayList;
import java.util.List;

/**
 * One lease that is kept alive, for all its handles. Written by the client's thread alone; the volatile fields are read by
 * any.
 */
final class KeptLease {
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
    long sentAtNanos;

    /** Its places in the queues of {@link LeaseAgenda}: of what is to come for it, and of answers that are waited for. */
    int placeAmongAll = -1;

    int placeAmongAsked = -1;

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

    long answerLimitNanos() {
        return RenewalTimes.answerLimit(ttlNanos);
    }
}
