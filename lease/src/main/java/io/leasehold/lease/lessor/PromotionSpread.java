package io.leasehold.lease.lessor;

import io.leasehold.lease.LeaseDeadlines;
import io.leasehold.lease.LeaseLimits;
import io.leasehold.lease.LeaseTable;
import io.leasehold.lease.LeaseView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Keeps leases that were all extended at once from ending all at once: of many, no more than a fixed number end in any
 * second. Only ever later, never earlier. Pure.
 */
final class PromotionSpread {
    /** With fewer leases nothing is spread: they are ended in a second anyway; etcd's bound. */
    static final int SPREAD_FROM_LEASES = 1_000;

    /** Three quarters of that, so that there is room for leases that end by themselves. */
    static final int ENDS_PER_SECOND_MAX = SPREAD_FROM_LEASES * 3 / 4;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private static final long NANOS_PER_MILLI = 1_000_000L;

    private PromotionSpread() {}

    private record Due(LeaseView lease, long deadlineNanos) {}

    /** Deadlines of all leases, each with its TTL, or what a checkpoint left of it, from {@code fromNanos}, spread. */
    static LeaseDeadlines deadlines(LeaseTable table, long fromNanos) {
        List<Due> dues = new ArrayList<>(table.size());
        table.forEach(lease -> dues.add(new Due(lease, plus(fromNanos, leftNanos(lease)))));
        dues.sort(Comparator.comparingLong(Due::deadlineNanos)
                .thenComparingLong(due -> due.lease().id()));
        long[] deadlineNanos = dues.stream().mapToLong(Due::deadlineNanos).toArray();
        apply(deadlineNanos);
        LeaseDeadlines deadlines = new LeaseDeadlines();
        for (int at = 0; at < deadlineNanos.length; at++) {
            LeaseView lease = dues.get(at).lease();
            // LeaseDeadlines counts a whole TTL from the grant, so the grant is put one TTL before the deadline.
            long grantedNanos = deadlineNanos[at] - nanos(lease.ttlSeconds());
            deadlines.grant(lease.id(), lease.grantIndex(), lease.ttlSeconds(), grantedNanos);
        }
        return deadlines;
    }

    /** Moves deadlines, sorted ascending and at most {@code LeaseLimits.TTL_SECONDS_MAX} ahead, in place; they stay sorted. */
    static void apply(long[] deadlineNanos) {
        if (deadlineNanos.length < SPREAD_FROM_LEASES) {
            return;
        }
        for (int at = ENDS_PER_SECOND_MAX; at < deadlineNanos.length; at++) {
            long earliest = plus(deadlineNanos[at - ENDS_PER_SECOND_MAX], NANOS_PER_SECOND);
            deadlineNanos[at] = Math.max(deadlineNanos[at], earliest);
        }
    }

    private static long leftNanos(LeaseView lease) {
        return LessorState.isCheckpointed(lease)
                ? lease.anchor().leftMillis() * NANOS_PER_MILLI
                : nanos(lease.ttlSeconds());
    }

    /** The sum of two that are not negative, or the greatest long. */
    static long plus(long timeNanos, long durationNanos) {
        long sum = timeNanos + durationNanos;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    /** Seconds as nanoseconds; fits for every TTL there may be. */
    static long nanos(long seconds) {
        if (seconds > LeaseLimits.TTL_SECONDS_MAX) {
            throw new IllegalStateException("a TTL of " + seconds + " s");
        }
        return seconds * NANOS_PER_SECOND;
    }
}
