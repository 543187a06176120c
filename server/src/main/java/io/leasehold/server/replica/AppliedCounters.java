package io.leasehold.server.replica;

import io.leasehold.statemachine.AppliedBatch;
import io.leasehold.statemachine.LeaseChange;
import io.leasehold.statemachine.OperationCounts;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** What this member has applied since it started, replay included. Counted by the Applier, read by any thread. */
final class AppliedCounters {
    private final LongAdder puts = new LongAdder();
    private final LongAdder putBytes = new LongAdder();
    private final LongAdder deletes = new LongAdder();
    private final LongAdder ranges = new LongAdder();
    private final LongAdder txns = new LongAdder();
    private final LongAdder leasesEnded = new LongAdder();
    private final LongAdder ttlSumSeconds = new LongAdder();
    private final AtomicLongArray ttlCounts = new AtomicLongArray(AppliedStats.TTL_BOUNDS_SECONDS.size() + 1);

    void applied(AppliedBatch batch) {
        OperationCounts operations = batch.operations();
        puts.add(operations.puts());
        putBytes.add(operations.putBytes());
        deletes.add(operations.deletes());
        ranges.add(operations.ranges());
        txns.add(operations.txns());
        for (LeaseChange change : batch.leaseChanges()) {
            switch (change) {
                case LeaseChange.Granted granted -> granted(granted.ttlSeconds());
                case LeaseChange.Ended ended -> leasesEnded.increment();
                case LeaseChange.Checkpointed checkpointed -> {}
                case LeaseChange.Cleared cleared -> {}
                case LeaseChange.Marked marked -> {}
            }
        }
    }

    private void granted(long ttlSeconds) {
        ttlSumSeconds.add(ttlSeconds);
        int bucket = 0;
        List<Long> bounds = AppliedStats.TTL_BOUNDS_SECONDS;
        while (bucket < bounds.size() && ttlSeconds > bounds.get(bucket)) {
            bucket++;
        }
        ttlCounts.incrementAndGet(bucket);
    }

    AppliedStats snapshot() {
        Long[] counts = new Long[ttlCounts.length()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = ttlCounts.get(i);
        }
        return new AppliedStats(
                new OperationCounts(puts.sum(), putBytes.sum(), deletes.sum(), ranges.sum(), txns.sum()),
                leasesEnded.sum(),
                List.of(counts),
                ttlSumSeconds.sum());
    }
}
