package io.leasehold.server.replica.lease;

import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** The numbers behind {@link LeaseStats}. The keeper's thread alone. */
final class LeaseCounters {
    private final long[] latenessCounts = new long[LeaseStats.LATENESS_BOUNDS_MILLIS.size() + 1];
    private final long[] confirmCounts = new long[LeaseStats.CONFIRM_BOUNDS.size() + 1];
    private long latenessSumNanos;
    private long expired;
    private long renewed;
    private long notFound;
    private long failed;
    private long checkpoints;
    private long clears;
    private long confirmRounds;
    private long confirmedRenewals;
    private long refusedProposals;

    void answered(LeaseRenewal answer) {
        switch (answer) {
            case LeaseRenewal.Renewed r -> renewed++;
            case LeaseRenewal.NotFound n -> notFound++;
            case LeaseRenewal.Failed f -> failed++;
        }
    }

    /** A lease has ended by expiry, so long after its deadline. */
    void expired(long latenessNanos) {
        expired++;
        latenessSumNanos += latenessNanos;
        int bucket = 0;
        while (bucket < LeaseStats.LATENESS_BOUNDS_MILLIS.size()
                && latenessNanos > TimeUnit.MILLISECONDS.toNanos(LeaseStats.LATENESS_BOUNDS_MILLIS.get(bucket))) {
            bucket++;
        }
        latenessCounts[bucket]++;
    }

    void confirmBegun(int renewals) {
        confirmRounds++;
        confirmedRenewals += renewals;
        int bucket = 0;
        while (bucket < LeaseStats.CONFIRM_BOUNDS.size() && renewals > LeaseStats.CONFIRM_BOUNDS.get(bucket)) {
            bucket++;
        }
        confirmCounts[bucket]++;
    }

    void checkpointed(int leases) {
        checkpoints += leases;
    }

    void cleared(int leases) {
        clears += leases;
    }

    void proposalRefused() {
        refusedProposals++;
    }

    LeaseStats snapshot(boolean leading, long leases, long waitingRenewals, long clockStalls) {
        return new LeaseStats(
                leading,
                leases,
                waitingRenewals,
                renewed,
                notFound,
                failed,
                expired,
                LongStream.of(latenessCounts).boxed().toList(),
                latenessSumNanos,
                checkpoints,
                clears,
                confirmRounds,
                confirmedRenewals,
                LongStream.of(confirmCounts).boxed().toList(),
                refusedProposals,
                clockStalls);
    }
}
