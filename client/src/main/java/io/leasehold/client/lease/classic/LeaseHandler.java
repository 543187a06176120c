package io.leasehold.client.lease.classic;

import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.lease.LeaseRenewal;
import io.leasehold.client.lease.LossReason;

/** Told how a lease fares. Calls for one lease come one after another, on the client's callback executor. */
public interface LeaseHandler {
    /** A keepalive was answered. */
    void onKeepAliveRespond(LeaseRenewal respond);

    /** The lease has ended, or its time ran out here: exactly once, and nothing comes after it. */
    void onLeaseExpired(long leaseId, LossReason reason);

    /** Something failed; once for each outage. The lease is kept on trying. */
    void onError(long leaseId, LeaseholdException error);
}
