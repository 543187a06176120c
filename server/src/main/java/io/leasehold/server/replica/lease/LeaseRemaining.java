package io.leasehold.server.replica.lease;

/** What the leader knows of the time a lease has left. */
public sealed interface LeaseRemaining {
    /**
     * The lease exists.
     *
     * @param remainingSeconds what is left, cut toward zero; 0 or less when its end is under way
     * @param grantedSeconds the granted TTL
     */
    record Known(long remainingSeconds, long grantedSeconds) implements LeaseRemaining {}

    /** This member has applied no grant of it, or its end. */
    record Unknown() implements LeaseRemaining {}

    /** This member does not lead: etcd's answer is "leader changed". */
    record NotLeading() implements LeaseRemaining {}
}
