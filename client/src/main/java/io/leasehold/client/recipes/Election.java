package io.leasehold.client.recipes;

import io.leasehold.client.session.LeaseHolder;
import io.leasehold.protocol.ByteSequence;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * An election of a name. Keys and values are those of Go's {@code concurrency.Election} and of the server's election service:
 * {@code name/<lease in hex>} with what the candidate proclaims. Safe for any thread.
 */
public interface Election {
    /**
     * Stands for election and waits until elected. Cancelling the future withdraws. A session that stands again changes what it
     * proclaims, and keeps its place.
     *
     * @return fails with {@code SESSION_LOST} as soon as the session is lost or the candidate's key is gone, so that a dead
     *     candidate never leads
     */
    CompletableFuture<Leadership> campaign(LeaseHolder holder, ByteSequence value);

    /** Who leads now, linearizably; empty when nobody does. */
    CompletableFuture<Optional<Leader>> leader();

    /** Tells who leads now and from now on. */
    LeaderObserver observe(LeaderListener listener);

    /**
     * Who leads, now and from now on, for {@link Flow.Subscriber}s: empty when nobody does. A subscriber is told no more than it
     * has asked for, and the newest state when it asks late; completed when the client is closed.
     */
    default Flow.Publisher<Optional<Leader>> publisher() {
        return new LeaderPublisher(this);
    }

    /** Changes what a leader proclaims, from any process; fails with {@code ELECTION_NOT_LEADER} if it no longer leads. */
    CompletableFuture<Void> proclaim(LeaderKey leader, ByteSequence value);

    /** Ends a leadership, from any process; answers whether it was still there. */
    CompletableFuture<Boolean> resign(LeaderKey leader);
}
