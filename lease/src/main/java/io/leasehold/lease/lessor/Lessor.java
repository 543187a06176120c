package io.leasehold.lease.lessor;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Owns leases: grants, renews and revokes them, and tells which have expired. It deletes keys only when told to revoke; who
 * takes from {@link #expiredLeases} decides when that is, in a replicated system by way of the log.
 *
 * <p>Starts out not primary: leases then live for ever, until {@link #promote}. All methods may be called from any thread.
 * The shape is that of etcd's package lease; docs/lessor.md has the names side by side.
 */
public interface Lessor {
    /**
     * A lessor over what the store holds; TTLs below the minimum are raised to it.
     *
     * @param minTtlSeconds the shortest TTL, 1 to {@link io.leasehold.lease.LeaseLimits#TTL_SECONDS_MAX}
     * @param ticker monotonic nanoseconds, of which only differences count
     */
    static Lessor create(LessorStore store, long minTtlSeconds, LongSupplier ticker) {
        return new LockingLessor(store, minTtlSeconds, ticker);
    }

    /** Checkpoints given to a {@link LeaseCheckpointer} in one call; etcd's number. */
    int CHECKPOINTS_MAX = 1_000;

    /** How keys are deleted; to be told before the first {@link #revoke}. */
    void setRangeDeleter(RangeDeleter rangeDeleter);

    /**
     * Grants a lease and stores it. It expires {@code ttlSeconds} from now or later, if this lessor is primary.
     *
     * @param id any but 0, for which the refusal is LEASE_NOT_FOUND, as etcd's is
     * @param ttlSeconds raised to the minimum if below, 0 and negative included
     * @return the lease, or TTL_TOO_LARGE (looked at first) or LEASE_EXISTS
     */
    Answer<Lease> grant(long id, long ttlSeconds);

    /**
     * Ends a lease: deletes its keys in bytewise order in one transaction, then the lease itself, then wakes the renewals
     * that wait. Does nothing without a range deleter. If the transaction throws, so does this and the lease goes on.
     *
     * @return LEASE_NOT_FOUND if there is none of that id or another thread is revoking it; empty when it is done
     */
    Optional<LessorError> revoke(long id);

    /**
     * Notes that {@code remainingSeconds} are left, and stores it: the next promotion counts from there and not from the
     * whole TTL. A renewal takes it back. Does not move the present deadline.
     *
     * @param remainingSeconds 0 for "the whole TTL"
     * @return LEASE_NOT_FOUND if there is none or it is being revoked; empty when it is done
     */
    Optional<LessorError> checkpoint(long id, long remainingSeconds);

    /**
     * From now on the primary has leases that nobody renews checkpointed: when 0.6, 0.3, 0.15, 0.075 and 0.0375 of the TTL
     * are left, and at least a second. A renewal of such a lease waits until the checkpoint is taken back. Without one,
     * nothing but a call of {@link #checkpoint} notes anything.
     */
    void setCheckpointer(LeaseCheckpointer checkpointer);

    /**
     * Attaches items to a lease, and so detaches them from any other.
     *
     * @return LEASE_NOT_FOUND if there is none or it is being revoked; empty when it is done
     */
    Optional<LessorError> attach(long id, Collection<LeaseItem> items);

    /** The lease the item is attached to; empty when there is none. */
    OptionalLong getLease(LeaseItem item);

    /**
     * Detaches items from a lease; those that are not attached to it are passed over.
     *
     * @return LEASE_NOT_FOUND if there is none; empty when it is done
     */
    Optional<LessorError> detach(long id, Collection<LeaseItem> items);

    /**
     * Makes this lessor the primary: each lease ends {@code extend} plus its TTL (or what a checkpoint left of it) from now.
     * Of 1,000 leases or more at most 750 end in any second; the others are put off. When already primary, all that again.
     *
     * @param extend zero or more
     */
    void promote(Duration extend);

    /** This lessor is no longer primary: leases live for ever, waiting renewals are refused. */
    void demote();

    /**
     * Renews a lease for its whole TTL from now. One that has expired is not revived: the call waits until it is revoked
     * (LEASE_NOT_FOUND), or this lessor is demoted or stopped (NOT_PRIMARY). NOT_PRIMARY also when a checkpoint could not be
     * taken back.
     *
     * @return the granted TTL in seconds; NOT_PRIMARY, or LEASE_NOT_FOUND
     */
    Answer<Long> renew(long id) throws InterruptedException;

    /** The lease of that id, also one that has expired and is not revoked yet. */
    Optional<Lease> lookup(long id);

    /** All leases; of a primary those that end first come first. */
    List<Lease> leases();

    /** Where leases appear whose time is up: always the same channel, filled by {@link #tick} while primary. */
    ExpiredLeases expiredLeases();

    /**
     * Hands over a batch of expired leases if the channel has room, and has due checkpoints made. To be called again and again by whoever gives this
     * lessor a thread ({@code host.LessorLoop} does).
     *
     * @return how many it handed over or had checkpointed; 0 when nothing is due or nothing could be done about it
     */
    int tick();

    /**
     * Forgets everything and loads the leases from a store, with which it goes on. Keys are not stored: the caller attaches
     * them again. Leases live for ever until the next promotion; whether this lessor is primary does not change.
     */
    void recover(LessorStore store, RangeDeleter rangeDeleter);

    /** Ends it for good: demoted, waiting renewals refused, the channel closed. Again: nothing. */
    void stop();
}
