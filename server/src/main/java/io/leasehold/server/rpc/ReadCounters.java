package io.leasehold.server.rpc;

import java.util.concurrent.atomic.LongAdder;

/** Reads answered without the log since the process started, for metrics. Any thread. */
public final class ReadCounters {
    private final LongAdder ranges = new LongAdder();
    private final LongAdder txns = new LongAdder();

    ReadCounters() {}

    /** A range of its own. */
    void range() {
        ranges.increment();
    }

    /** A transaction that only reads, so many ranges. */
    void txn(int rangesInIt) {
        ranges.add(rangesInIt);
        if (rangesInIt > 1) {
            txns.increment();
        }
    }

    /** Ranges read, those of read-only transactions among them. */
    public long ranges() {
        return ranges.sum();
    }

    /** Read-only transactions of more than one range. */
    public long txns() {
        return txns.sum();
    }
}
