package io.leasehold.server.replica;

import io.leasehold.statemachine.OperationCounts;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What a member has applied since it started, replay included. A snapshot, for metrics.
 *
 * @param operations on keys
 * @param leasesEnded leases revoked or expired
 * @param ttlCounts leases granted by their TTL, one count for each bound of {@link #TTL_BOUNDS_SECONDS} and one more for
 *     what was longer than all
 * @param ttlSumSeconds sum of these TTLs
 */
public record AppliedStats(OperationCounts operations, long leasesEnded, List<Long> ttlCounts, long ttlSumSeconds) {
    /** Upper bounds, inclusive, of the buckets of TTLs: the powers of two from a second to 97 days, etcd's. */
    public static final List<Long> TTL_BOUNDS_SECONDS =
            LongStream.range(0, 24).mapToObj(power -> 1L << power).toList();

    /** Copies the counts. */
    public AppliedStats {
        ttlCounts = List.copyOf(ttlCounts);
    }

    /** Leases granted. */
    public long leasesGranted() {
        return ttlCounts.stream().mapToLong(Long::longValue).sum();
    }
}
