package io.leasehold.client.session;

import io.leasehold.client.kv.Compare;
import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A lease that is kept alive for an owner, and what hangs on it. Locks, elections and registrations are built on a session
 * and end with it. Safe for any thread, also from within its listeners.
 */
public interface Session extends LeaseHolder, AutoCloseable {
    /** TTL of the present lease. */
    Duration ttl();

    /** Which incarnation of a resumable session this is, from 1; 0 of others. */
    long epoch();

    /** What is needed to resume it; IllegalStateException if it is not resumable. */
    SessionTicket ticket();

    /**
     * Conditions for a transaction that must not be done once this session's lease has ended, or a later incarnation has
     * taken the session over. Empty unless the session is resumable, as only then a key stands for it.
     */
    List<Compare> guard();

    /** Puts a key on the session's lease, and on every later lease of it. */
    CompletableFuture<Void> attach(ByteSequence key, ByteSequence value);

    /** Deletes a key that was attached, and forgets it. */
    CompletableFuture<Void> detach(ByteSequence key);

    /** The owner is alive; needed only of a session bound to a heartbeat. */
    void heartbeat();

    /** Stops renewing and revokes nothing: what hangs on the session ends when its time is over. */
    void orphan();

    /** Ends the session and revokes its lease; completes when that is done or has failed for the session's TTL. */
    CompletableFuture<Void> closeAsync();

    /** As {@link #closeAsync}, and waits for it. A revocation that fails is logged, not thrown. */
    @Override
    void close();
}
