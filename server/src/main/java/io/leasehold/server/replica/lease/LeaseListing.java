package io.leasehold.server.replica.lease;

import java.util.Comparator;
import java.util.stream.IntStream;

/** The leases and deadlines of one moment of one reign; picked from and sorted by whoever asks, not by the keeper. Immutable. */
public final class LeaseListing {
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private final long term;
    private final long nowNanos;
    private final long[] ids;
    private final long[] deadlinesNanos;
    private final long[] ttlsMillis;

    /** Takes the arrays, of equal length, as they are; the caller must not change them again. */
    LeaseListing(long term, long nowNanos, long[] ids, long[] deadlinesNanos, long[] ttlsMillis) {
        this.term = term;
        this.nowNanos = nowNanos;
        this.ids = ids;
        this.deadlinesNanos = deadlinesNanos;
        this.ttlsMillis = ttlsMillis;
    }

    /** The term of the reign: deadlines of different terms are times of different clocks. */
    public long term() {
        return term;
    }

    /** How many leases there are. */
    public int size() {
        return ids.length;
    }

    /** Id of the lease at a position, 0 to {@link #size} exclusive. */
    public long id(int at) {
        return ids[at];
    }

    /** When the lease at a position ends, on the lease clock of this reign. */
    public long deadlineNanos(int at) {
        return deadlinesNanos[at];
    }

    /** What was left of the lease at a position when the listing was made, cut to milliseconds; 0 when its end is late. */
    public long leftMillis(int at) {
        return Math.max(0, (deadlinesNanos[at] - nowNanos) / NANOS_PER_MILLI);
    }

    /** Granted TTL of the lease at a position. */
    public long ttlMillis(int at) {
        return ttlsMillis[at];
    }

    /** The ids, that of the lease which ends first at the front, equal ones by id. Sorts at each call: O(n log n). */
    public long[] idsByRemaining() {
        return IntStream.range(0, ids.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingLong(i -> deadlinesNanos[i])
                        .thenComparingLong(i -> ids[i]))
                .mapToLong(i -> ids[i])
                .toArray();
    }

    @Override
    public String toString() {
        return "LeaseListing of " + ids.length + " leases in term " + term;
    }
}
