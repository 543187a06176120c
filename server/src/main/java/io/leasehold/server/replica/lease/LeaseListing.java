package io.leasehold.server.replica.lease;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The leases and deadlines of one moment; sorted by whoever asks, not by the keeper. Immutable. */
public final class LeaseListing {
    private final long[] ids;
    private final long[] deadlinesNanos;

    /** Takes both arrays, of equal length, as they are; the caller must not change them again. */
    LeaseListing(long[] ids, long[] deadlinesNanos) {
        this.ids = ids;
        this.deadlinesNanos = deadlinesNanos;
    }

    /** How many leases there are. */
    public int size() {
        return ids.length;
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
        return "LeaseListing" + Arrays.toString(ids);
    }
}
