package io.leasehold.lease.lessor;

/**
 * A lease as it is stored.
 *
 * @param id never 0
 * @param ttlSeconds the granted TTL, at least 1
 * @param remainingSeconds what a checkpoint said is left; 0 when there was none since the last renewal
 */
public record StoredLease(long id, long ttlSeconds, long remainingSeconds) {
    /** Refuses what can be no lease. */
    public StoredLease {
        if (id == 0 || ttlSeconds < 1 || remainingSeconds < 0) {
            throw new IllegalArgumentException(
                    "lease " + id + " with a TTL of " + ttlSeconds + " s, " + remainingSeconds + " s left");
        }
    }
}
