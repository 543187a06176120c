package io.leasehold.client.internal.leasing;

import io.leasehold.client.leasing.LeasingCounts;
import java.util.concurrent.atomic.LongAdder;

/** Counts, from any thread. */
final class LeasingStatistics {
    final LongAdder hits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder acquired = new LongAdder();
    final LongAdder revocationsReceived = new LongAdder();
    final LongAdder revocationsSent = new LongAdder();
    final LongAdder evicted = new LongAdder();

    LeasingCounts counts(long cached) {
        return new LeasingCounts(
                cached,
                hits.sum(),
                misses.sum(),
                acquired.sum(),
                revocationsReceived.sum(),
                revocationsSent.sum(),
                evicted.sum());
    }
}
