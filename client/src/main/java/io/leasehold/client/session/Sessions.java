package io.leasehold.client.session;

import io.leasehold.client.lease.LeaseGrant;
import java.util.concurrent.CompletableFuture;

/** Makes sessions. Safe for any thread; no method blocks. */
public interface Sessions {
    /** Grants a lease and keeps it alive. */
    CompletableFuture<Session> open(SessionOptions options);

    /** Keeps alive for a session a lease that exists already. */
    CompletableFuture<Session> adopt(LeaseGrant grant, SessionOptions options);

    /** The same for a lease of which only the id is known; fails with {@code LEASE_NOT_FOUND} when it has ended. */
    CompletableFuture<Session> adopt(long leaseId, SessionOptions options);

    /**
     * Goes on with a session of an earlier process, in its next epoch, with the keys that hang on it. Whoever holds an
     * earlier epoch loses it ({@link SessionEnd#TAKEN_OVER}).
     *
     * @param options as it was opened, in particular the same prefix
     * @return fails with {@code LEASE_NOT_FOUND} when the lease has ended, and with kind {@code REFUSED} when somebody has
     *     resumed it since
     */
    CompletableFuture<Session> resume(SessionTicket ticket, SessionOptions options);
}
