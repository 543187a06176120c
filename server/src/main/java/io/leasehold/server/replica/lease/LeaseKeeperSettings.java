package io.leasehold.server.replica.lease;

import java.time.Duration;

/**
 * What the keeper is set up with.
 *
 * @param electionTimeout how long a member waits before it elects; a promoted leader's grace is at least twice it
 */
public record LeaseKeeperSettings(Duration electionTimeout) {
    /** How long a renewal may wait for its answer: etcd's limit for a keepalive. */
    public static final Duration RENEWAL_TIMEOUT = Duration.ofSeconds(7);

    /** The shortest grace: a client that renews each third of a 2 s TTL has had two more tries by then. */
    private static final Duration GRACE_MIN = Duration.ofSeconds(2);

    /** Refuses an election timeout that is not positive. */
    public LeaseKeeperSettings {
        if (electionTimeout.isNegative() || electionTimeout.isZero()) {
            throw new IllegalArgumentException("election timeout of " + electionTimeout);
        }
    }

    /** How long a promotion spares leases at most whose time has run out while nobody led (cut to each one's TTL). */
    long graceNanos() {
        return Math.max(GRACE_MIN.toNanos(), 2 * electionTimeout.toNanos());
    }
}
