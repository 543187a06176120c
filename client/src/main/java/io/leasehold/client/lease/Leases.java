package io.leasehold.client.lease;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Leases. Safe for any thread, and no method blocks.
 *
 * <p>One stream and one timer keep any number of leases. Renewals are sent when a third of the TTL has gone, spread a
 * little, and counted from when they were sent, never from when they were answered.
 */
public interface Leases {
    /**
     * Grants a lease. The id is chosen here, so that the grant can be repeated safely when an answer is lost.
     *
     * @param ttl positive; rounded up to whole seconds. The server may grant more.
     */
    CompletableFuture<LeaseGrant> grant(Duration ttl);

    /**
     * Grants a lease with an id of the caller's choice; fails with {@code LEASE_EXISTS} when there is one.
     *
     * @param id positive
     */
    CompletableFuture<LeaseGrant> grant(Duration ttl, long id);

    /** Revokes a lease with all its keys. If it is kept alive here, that ends with {@code REVOKED} first. */
    CompletableFuture<Revocation> revoke(long leaseId);

    /** Asks what is left of a lease; {@code keys}: and what hangs on it. */
    CompletableFuture<TimeToLive> timeToLive(long leaseId, boolean keys);

    /** The ids of all leases. */
    CompletableFuture<List<Long>> list();

    /** Renews once; fails with {@code LEASE_NOT_FOUND} when there is no such lease. Uses the shared stream. */
    CompletableFuture<LeaseRenewal> keepAliveOnce(long leaseId);

    /** Keeps a lease alive that this client has granted: its time is known, so it is first renewed when it needs to be. */
    KeepAlive keepAlive(LeaseGrant grant, LeaseListener listener);

    /**
     * Keeps any lease alive. It is renewed at once, as its time is not known; until the first answer it is not valid, and
     * it is not lost either, however long that takes.
     */
    KeepAlive keepAlive(long leaseId, LeaseListener listener);

    /**
     * The same leases, where a keepalive that has seen its local deadline pass goes on asking. Until the server answers the
     * lease is {@code SUSPECT} and not valid; an answer with time makes it {@code ACTIVE} again, and only the server's word
     * that it is gone ends it. For holders that have fenced themselves meanwhile and want their lease back if it is still
     * there, as after a change of the server's leader.
     */
    Leases probingAfterDeadline();

    /** Begins to keep leases alive before there is one. Not needed: the first {@code keepAlive} does it. Idempotent. */
    void start();

    /** Ends all keepalives with {@code CLOSED}, and their stream. No lease is revoked. May be started again. */
    void stop();

    /** Counts of what has been going on. */
    KeepAliveCounts counts();

    /** The same leases with another time-out for each call other than renewals; positive. */
    Leases withTimeout(Duration timeout);
}
