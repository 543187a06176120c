package io.leasehold.statemachine;

import io.leasehold.lease.Incarnation;

/** What applying the log did to a lease: how the leader's LeaseKeeper learns of it. Immutable, any thread. */
public sealed interface LeaseChange {

    /**
     * A lease came to be.
     *
     * @param anchorNanos lease-clock time at which this member applied the grant
     */
    record Granted(long id, long grantIndex, long ttlMillis, long anchorNanos) implements LeaseChange {
        /** The TTL in whole seconds, cut; never 0. */
        public long ttlSeconds() {
            return ttlMillis / 1_000;
        }
    }

    /** A lease ended; its keys are gone. */
    record Ended(Incarnation lease, Cause cause) implements LeaseChange {}

    /** A lease was anchored anew: {@code leftMillis} of it were left at {@code anchorNanos}. */
    record Checkpointed(long id, long grantIndex, long leftMillis, long anchorNanos) implements LeaseChange {}

    /** A lease's anchor was cleared. */
    record Cleared(long id, long grantIndex) implements LeaseChange {}

    /** The first entry of a leader's term was applied; every lease without an uncleared anchor was anchored by it. */
    record Marked(long term, long memberId, long index, long anchorNanos) implements LeaseChange {}

    /** Why a lease ended. */
    enum Cause {
        REVOKED,
        EXPIRED
    }
}
