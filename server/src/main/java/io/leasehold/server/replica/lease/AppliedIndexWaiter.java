package io.leasehold.server.replica.lease;

/** Tells when this member has applied the log up to an index. */
public interface AppliedIndexWaiter {
    /**
     * Runs {@code then} once every entry up to {@code index} is applied here <em>and</em> the keeper was told of every
     * lease these entries granted or ended. Perhaps at once on the calling thread, else on the Applier's; it is short.
     */
    void whenApplied(long index, Runnable then);
}
