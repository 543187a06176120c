package io.leasehold.client.session;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Somebody who has a lease, in whose name locks, candidacies and the like are asked for and held. A {@link Session} is one; a
 * lease that is kept outside this client can be made one. Safe for any thread, also from within its listeners.
 */
public interface LeaseHolder {
    /** The present lease; of a holder that has ended its last. */
    long leaseId();

    /**
     * How long the lease can still be relied on; zero when it cannot now, or when nothing is known of its time. This is the
     * fence: whoever acts in the holder's name asks first, and is done within that time.
     */
    Duration validFor();

    /** Whether {@link #validFor()} is more than zero. */
    default boolean isValid() {
        return !validFor().isZero();
    }

    /** Adds a listener; one that comes late is told at once that the holder has ended. */
    void listen(SessionListener listener);

    /** Completes when the holder has ended, with the reason; never fails. */
    CompletableFuture<SessionEnd> ended();

    /** Whether it has ended. */
    default boolean isEnded() {
        return ended().isDone();
    }
}
