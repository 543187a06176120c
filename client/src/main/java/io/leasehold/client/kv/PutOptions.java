package io.leasehold.client.kv;

/**
 * How to put. Immutable; each method answers a changed copy of {@link #DEFAULT}.
 *
 * @param leaseId the key ends with this lease; 0 is none, and takes the key off the lease it hung on
 * @param previous whether to answer what the put replaced
 * @param keepValue keep the value the key has and change only its lease; the given value must be empty
 * @param keepLease keep the lease the key has
 */
public record PutOptions(long leaseId, boolean previous, boolean keepValue, boolean keepLease) {
    /** No lease, nothing else. */
    public static final PutOptions DEFAULT = new PutOptions(0, false, false, false);

    /** Hangs the key on a lease. */
    public PutOptions lease(long id) {
        return new PutOptions(id, previous, keepValue, keepLease);
    }

    /** Answers what the put replaced. */
    public PutOptions withPrevious() {
        return new PutOptions(leaseId, true, keepValue, keepLease);
    }

    /** Changes the lease and keeps the value. */
    public PutOptions keepingValue() {
        return new PutOptions(leaseId, previous, true, keepLease);
    }

    /** Changes the value and keeps the lease. */
    public PutOptions keepingLease() {
        return new PutOptions(leaseId, previous, keepValue, true);
    }
}
