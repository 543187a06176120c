package io.leasehold.server.replica.lease;

import java.util.List;

/**
 * What the keeper has done since the process started. A snapshot, for metrics.
 *
 * @param leading whether this member's keeper is promoted
 * @param leases leases alive; 0 when not leading
 * @param waitingRenewals renewals posted and not answered yet
 * @param renewed renewals answered with a TTL
 * @param notFound renewals answered with TTL 0
 * @param failedRenewals renewals answered with an error
 * @param expired leases that ended by expiry
 * @param latenessCounts expired leases by how late they ended, one count for each bound of
 *     {@link #LATENESS_BOUNDS_MILLIS} and one more for what was later than all
 * @param latenessSumNanos sum of these latenesses
 * @param checkpoints leases checkpointed
 * @param clears leases whose anchor was cleared
 * @param confirmRounds confirmations asked for: renewals that were received divided by it is the mean batch
 * @param confirmedRenewals renewals that a confirmation was asked for
 * @param confirmCounts confirmations by how many renewals each was for, one count for each bound of {@link
 *     #CONFIRM_BOUNDS} and one more for what was larger than all
 * @param refusedProposals commands of the keeper's own that the log refused
 * @param clockStalls stalls of the process that the lease clock did not count
 */
public record LeaseStats(
        boolean leading,
        long leases,
        long waitingRenewals,
        long renewed,
        long notFound,
        long failedRenewals,
        long expired,
        List<Long> latenessCounts,
        long latenessSumNanos,
        long checkpoints,
        long clears,
        long confirmRounds,
        long confirmedRenewals,
        List<Long> confirmCounts,
        long refusedProposals,
        long clockStalls) {
    /** Upper bounds, inclusive, of the lateness buckets, in milliseconds. */
    public static final List<Long> LATENESS_BOUNDS_MILLIS =
            List.of(5L, 10L, 25L, 50L, 100L, 250L, 500L, 1_000L, 2_500L, 10_000L);

    /** Upper bounds, inclusive, of the buckets of renewals that share a confirmation. */
    public static final List<Long> CONFIRM_BOUNDS = List.of(1L, 4L, 16L, 64L, 256L, 1_024L, 4_096L, 16_384L);

    /** Copies the counts. */
    public LeaseStats {
        confirmCounts = List.copyOf(confirmCounts);
        latenessCounts = List.copyOf(latenessCounts);
    }
}
