package io.leasehold.lease.lessor;

/**
 * What is left of a lease.
 *
 * @param remainingSeconds rounded up; 0 takes an earlier checkpoint back: the whole TTL counts again
 */
public record LeaseCheckpoint(long id, long remainingSeconds) {
    /** Refuses what can be no checkpoint. */
    public LeaseCheckpoint {
        if (id == 0 || remainingSeconds < 0) {
            throw new IllegalArgumentException("checkpoint of lease " + id + ", " + remainingSeconds + " s left");
        }
    }
}
