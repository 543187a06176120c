package io.leasehold.client.internal.lease;

import io.leasehold.client.lease.KeepAliveCounts;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Counts, written by the client's thread and read by any. */
final class KeepAliveStatistics {
    private final AtomicInteger suspect = new AtomicInteger();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong unexpected = new AtomicLong();
    private final AtomicLong streams = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong pauses = new AtomicLong();

    void suspect(int change) {
        suspect.addAndGet(change);
    }

    void sent(int renewals) {
        sent.addAndGet(renewals);
    }

    void answered() {
        answered.incrementAndGet();
    }

    void unexpected() {
        unexpected.incrementAndGet();
    }

    void streamOpened() {
        streams.incrementAndGet();
    }

    void lost() {
        lost.incrementAndGet();
    }

    void paused() {
        pauses.incrementAndGet();
    }

    KeepAliveCounts counts(int kept) {
        return new KeepAliveCounts(
                kept,
                suspect.get(),
                sent.get(),
                answered.get(),
                unexpected.get(),
                streams.get(),
                lost.get(),
                pauses.get());
    }
}
