package io.leasehold.lease;

/**
 * One lease as the table of this member has it. All but {@code anchorNanos} is equal on members that have applied the
 * same index.
 *
 * @param id never 0, may be negative
 * @param ttlMillis the granted TTL, at least {@link LeaseLimits#TTL_MILLIS_MIN}
 * @param grantIndex log index of the grant: the incarnation, for an id may be granted again
 * @param anchor what the log last said about its time
 * @param anchorNanos lease-clock time at which this member applied the anchor, or restored it at a restart
 */
public record LeaseView(long id, long ttlMillis, long grantIndex, Anchor anchor, long anchorNanos) {
    /** The granted TTL in whole seconds, cut; never 0. */
    public long ttlSeconds() {
        return ttlMillis / 1_000;
    }
}
