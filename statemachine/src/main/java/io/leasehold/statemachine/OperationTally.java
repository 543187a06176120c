package io.leasehold.statemachine;

/** Counts operations on keys until somebody takes the counts. Applier thread. */
final class OperationTally {
    private long puts;
    private long putBytes;
    private long deletes;
    private long ranges;
    private long txns;
    private long inCommand;

    void put(long sizeBytes) {
        puts++;
        putBytes += sizeBytes;
        inCommand++;
    }

    void delete(int count) {
        deletes += count;
        inCommand += count;
    }

    void range() {
        ranges++;
        inCommand++;
    }

    /** A command, or the end of one lease, is through. */
    void endOfCommand() {
        if (inCommand > 1) {
            txns++;
        }
        inCommand = 0;
    }

    /** The counts since the last call. */
    OperationCounts take() {
        if (puts + deletes + ranges == 0) {
            return OperationCounts.NONE;
        }
        OperationCounts taken = new OperationCounts(puts, putBytes, deletes, ranges, txns);
        puts = 0;
        putBytes = 0;
        deletes = 0;
        ranges = 0;
        txns = 0;
        return taken;
    }
}
