package io.leasehold.lease.leasehttp;

import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveResponse;
import java.util.function.Consumer;

/**
 * The leases that a {@link LeaseHttpHandler} speaks for. A listener is called exactly once, on any thread, before or after
 * the method returns. "No such lease" is answered only by a member that has applied what was committed when it was asked.
 */
public interface HttpLeases {
    /** Renews a lease: its granted TTL in seconds. */
    void renew(long leaseId, Consumer<LeaseHttpAnswer<Long>> listener);

    /** What is left of a lease, with {@code keys} also what is attached to it. Does not renew it. */
    void timeToLive(long leaseId, boolean keys, Consumer<LeaseHttpAnswer<LeaseTimeToLiveResponse>> listener);
}
