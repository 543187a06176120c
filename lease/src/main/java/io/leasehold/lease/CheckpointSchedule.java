package io.leasehold.lease;

/**
 * When a lease that nobody renews is checkpointed: when 0.6, 0.3, 0.15, 0.075 and 0.0375 of its TTL are left. Clients
 * renew with two thirds left, so those that do so in time never get that far.
 */
final class CheckpointSchedule {
    /** Checkpoints for one lease between two renewals, at most: each costs the log some 16 bytes. */
    static final int STEPS_MAX = 5;

    /** The time of a checkpoint that never comes. */
    static final long NEVER = Long.MAX_VALUE;

    /** With less left a checkpoint is not worth its entry: what it could save is below a grace. */
    static final long LEFT_NANOS_MIN = 1_000_000_000L;

    private CheckpointSchedule() {}

    /**
     * When the checkpoint number {@code step} (0 to {@link #STEPS_MAX}) of a lease that ends at {@code endNanos} is due;
     * {@link #NEVER} when there is none of that number.
     */
    static long dueNanos(long ttlNanos, long endNanos, int step) {
        long leftNanos = leftNanosAt(ttlNanos, step);
        return step < STEPS_MAX && leftNanos >= LEFT_NANOS_MIN ? endNanos - leftNanos : NEVER;
    }

    /** How many steps lie behind a lease that has {@code leftNanos} left: the number of its next one. */
    static int passed(long ttlNanos, long leftNanos) {
        int step = 0;
        while (step < STEPS_MAX && leftNanos <= leftNanosAt(ttlNanos, step)) {
            step++;
        }
        return step;
    }

    /** 0.6 of the TTL, halved with each step; divided first, because the longest TTL fills a long. */
    private static long leftNanosAt(long ttlNanos, int step) {
        return (ttlNanos / 5 * 3) >> step;
    }
}
