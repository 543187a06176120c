package io.leasehold.server.replica.lease;

/**
 * How much of the member the end of many leases may take, so that whoever puts a key meanwhile hardly notices. The
 * keeper's thread alone.
 *
 * <p>Nobody waits for the end of a lease as he waits for the answer to a put. So expiries go one after the other, and
 * behind each comes a rest: twice as long as the expiry took while nothing is late, shorter the later the oldest lease
 * that is due, none once it is late by the allowance; from there on expiries hold twice as many leases, and the next is
 * logged while one is applied. The allowance grows with the number of leases: a storm of a few is over before its rests
 * would help anybody.
 *
 * <pre>
 *   lateness   0 ────────────► allowance ─────►
 *   rest       2 × took … took …   0       0
 *   expiry     250 leases, one         500 leases, two under way
 * </pre>
 */
final class ExpiryPace {
    /**
     * The allowance, for each lease there is: 0.5 s for a hundred thousand and 5 s for a million, which are to be gone
     * within 1 s and 10 s.
     */
    static final long ALLOWED_NANOS_PER_LEASE = 5_000;

    /** What a rest is of the time that the expiry before it took: a third of the time is for expiries then. */
    static final int REST_PER_EXPIRY = 2;

    /**
     * Leases in an expiry while there is time: a put that meets one waits for its deletions. Half of what an entry may
     * hold halves that, and costs half a microsecond more for each lease.
     */
    static final int LEASES_UNHURRIED = 250;

    /** Leases in an expiry that hurries: as many as keys that one entry should delete. */
    static final int LEASES_HURRIED = 500;

    /**
     * Expiries without an answer when it hurries: one being logged while the one before is applied. More would only stand
     * in the way of the foreground.
     */
    static final int HURRIED_LIMIT = 2;

    /** What counts of an expiry's time: a disk that once took its time is no reason to do nothing for as long again. */
    static final long EXPIRY_NANOS_MAX = 20_000_000L;

    private long proposedNanos;
    private long restsUntilNanos;

    /** Until when nothing should be proposed; lease-clock time. */
    long restsUntilNanos() {
        return restsUntilNanos;
    }

    /**
     * How many expiries may be without an answer.
     *
     * @param latenessNanos how late the oldest lease is that is due and not proposed; 0 when none is
     * @param leases how many there are, due or not
     */
    static int inFlightLimit(long latenessNanos, int leases) {
        return latenessNanos < allowedNanos(leases) ? 1 : HURRIED_LIMIT;
    }

    /** How many leases an expiry may hold; the arguments are as in {@link #inFlightLimit}. */
    static int leasesLimit(long latenessNanos, int leases) {
        return latenessNanos < allowedNanos(leases) ? LEASES_UNHURRIED : LEASES_HURRIED;
    }

    /** An expiry has been proposed. */
    void proposed(long nowNanos) {
        proposedNanos = nowNanos;
    }

    /** An expiry has been answered; the arguments are as in {@link #inFlightLimit}. */
    void settled(long latenessNanos, int leases, long nowNanos) {
        long allowedNanos = allowedNanos(leases);
        if (latenessNanos < allowedNanos) {
            double share = 1 - (double) latenessNanos / allowedNanos;
            long tookNanos = Math.min(nowNanos - proposedNanos, EXPIRY_NANOS_MAX);
            restsUntilNanos = nowNanos + (long) (share * REST_PER_EXPIRY * tookNanos);
        }
    }

    private static long allowedNanos(int leases) {
        return ALLOWED_NANOS_PER_LEASE * leases;
    }
}
