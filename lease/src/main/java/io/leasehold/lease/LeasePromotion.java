package io.leasehold.lease;

import java.util.HashSet;
import java.util.Set;

/**
 * Builds the deadlines of a leader just promoted, some leases at a time: a million in one piece would be a third of a second
 * in which nobody's renewal is looked at. A lease whose time ran out while nobody led is spared for a grace, once: counted
 * from its end and the leaderless time, so that it does not start anew with each leader.
 *
 * <p>While it is under way the {@link #deadlines} hold a part of the leases: whoever is in there may be renewed and ended,
 * others may be granted, but a lease that is not in there may still come, and nothing may be polled. Belongs to LeaseKeeper's
 * thread.
 */
public final class LeasePromotion {
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private final LeaseTableImage leases;
    private final long nowNanos;
    private final long graceNanos;
    private final LeaderlessTime leaderless;
    private final LeaseDeadlines deadlines = new LeaseDeadlines();
    /** Of the leases still to come, those that are not to come any more. */
    private final Set<Incarnation> endedBefore = new HashSet<>();

    private int next;
    private boolean ordered;

    /**
     * A promotion that has not begun.
     *
     * @param leases the table when the leader's own marker had been applied
     * @param nowNanos the time of the promotion
     * @param graceNanos longest grace; a lease gets at most its TTL
     */
    public LeasePromotion(LeaseTableImage leases, long nowNanos, long graceNanos, LeaderlessTime leaderless) {
        this.leases = leases;
        this.nowNanos = nowNanos;
        this.graceNanos = graceNanos;
        this.leaderless = leaderless;
        deadlines.reserve(leases.size());
    }

    /** What has been built so far. */
    public LeaseDeadlines deadlines() {
        return deadlines;
    }

    /** Whether leases are still to come. */
    public boolean isUnderWay() {
        return !ordered;
    }

    /** Takes in up to {@code limit} more leases; a thousand take a fraction of a millisecond. */
    public void some(int limit) {
        int end = (int) Math.min(leases.size(), next + (long) limit);
        for (; next < end; next++) {
            LeaseView lease = leases.lease(next);
            if (endedBefore.isEmpty() || !endedBefore.remove(new Incarnation(lease.id(), lease.grantIndex()))) {
                add(lease);
            }
        }
        if (next == leases.size() && !ordered) {
            deadlines.orderAll();
            endedBefore.clear();
            ordered = true;
        }
    }

    /** Notes that a lease has ended: if it is still to come, it will not. Not for one that is in the deadlines already. */
    public void ended(long leaseId, long grantIndex) {
        if (!ordered) {
            endedBefore.add(new Incarnation(leaseId, grantIndex));
        }
    }

    private void add(LeaseView lease) {
        long ttlNanos = lease.ttlMillis() * NANOS_PER_MILLI;
        long end = LeaseDeadlines.plus(
                lease.anchorNanos(), millisToNanos(lease.anchor().leftMillis()));
        long grace = Math.min(ttlNanos, graceNanos);
        long leaderlessNanos = leaderless.between(lease.anchorNanos(), nowNanos);
        long spared = Math.min(LeaseDeadlines.plus(nowNanos, grace), LeaseDeadlines.plus(end, grace + leaderlessNanos));
        int step = CheckpointSchedule.passed(ttlNanos, end - nowNanos);
        deadlines.addUnordered(lease, Math.max(end, spared), end, step);
    }

    private static long millisToNanos(long millis) {
        return millis > Long.MAX_VALUE / NANOS_PER_MILLI ? Long.MAX_VALUE : millis * NANOS_PER_MILLI;
    }
}
