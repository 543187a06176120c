package io.leasehold.lease;

/** Takes what {@link LeaseDeadlines#poll} finds due. */
public interface DueLeases {
    /** The lease's time is up: it is marked, and must be proposed for expiry until it has ended. */
    void expired(long id, long grantIndex);

    /** The lease has {@code leftMillis} left and nobody renews it: it is marked, and to be checkpointed. */
    void checkpointDue(long id, long grantIndex, long leftMillis);
}
