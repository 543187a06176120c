package io.leasehold.server.replica;

import java.util.concurrent.atomic.LongAdder;

/** What was done for the store's files since the start: segments written anew, and read to find damage. Any thread. */
public final class SpaceCounters {
    private final LongAdder rewrites = new LongAdder();
    private final LongAdder oldBytes = new LongAdder();
    private final LongAdder newBytes = new LongAdder();
    private final LongAdder scrubbedBytes = new LongAdder();

    void rewritten(long runBytes, long copiedBytes) {
        rewrites.increment();
        oldBytes.add(runBytes);
        newBytes.add(copiedBytes);
    }

    void scrubbed(long bytes) {
        scrubbedBytes.add(bytes);
    }

    /** Bytes that were read in the background and found whole. */
    public long scrubbedBytes() {
        return scrubbedBytes.sum();
    }

    /** How often a run of segments was written anew. */
    public long rewrites() {
        return rewrites.sum();
    }

    /** Bytes of new segments that took the place of others. */
    public long writtenBytes() {
        return newBytes.sum();
    }

    /** Bytes by which the store became smaller. */
    public long freedBytes() {
        return oldBytes.sum() - newBytes.sum();
    }
}
