package io.leasehold.client.internal.lease;

import java.util.random.RandomGenerator;

/**
 * When to do what for a lease with TTL T whose last answered renewal was sent at s. With an answer limit of T/6 there are
 * attempts at 1/3, 1/2, 2/3 and 5/6 of T. All times are nanoseconds. Pure.
 */
final class RenewalTimes {
    private static final long MILLISECOND = 1_000_000L;

    /** Leases of one or two seconds are not renewed more often than this. */
    private static final long INTERVAL_MIN = 250 * MILLISECOND;

    private static final long ANSWER_LIMIT_MIN = 500 * MILLISECOND;
    static final long ANSWER_LIMIT_MAX = 3_000 * MILLISECOND;
    private static final long MARGIN_MIN = 50 * MILLISECOND;

    private RenewalTimes() {}

    /** From s to the next renewal: a third of T, up to a tenth earlier so that leases do not stay together. */
    static long interval(long ttl, RandomGenerator random) {
        long third = ttl / 3;
        return Math.max(third - random.nextLong(third / 10 + 1), Math.min(INTERVAL_MIN, third));
    }

    /** From the grant to the first renewal: up to half of it earlier, as many are often granted at once. */
    static long firstInterval(long ttl, RandomGenerator random) {
        long third = ttl / 3;
        return Math.max(third - random.nextLong(third / 2 + 1), Math.min(INTERVAL_MIN, third));
    }

    /** How long an answer may take before the stream is given up. */
    static long answerLimit(long ttl) {
        return Math.max(ANSWER_LIMIT_MIN, Math.min(ttl / 6, ANSWER_LIMIT_MAX));
    }

    /** From s to when a lease is relied on no more: T, less 0.5 % for the rates of clocks and a little for everything else. */
    static long validity(long ttl) {
        return ttl - Math.max(MARGIN_MIN, ttl / 200);
    }

    /** From s to the warning that the lease runs out. */
    static long warning(long ttl) {
        return ttl / 3 * 2;
    }
}
