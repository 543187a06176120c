package io.leasehold.benchmarks;

import io.leasehold.protocol.ReadsClock;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/** Counts and times what the workload completes. Any thread may record; one thread takes the intervals. */
@ReadsClock("latencies are measured on the monotonic clock")
final class Meter {
    private static final long LATENCY_NANOS_MAX = TimeUnit.MINUTES.toNanos(1);

    private final Recorder recorder = new Recorder(LATENCY_NANOS_MAX, 3);
    private volatile @Nullable Throwable failure;

    /** Now, as {@link #done} wants it back. */
    long start() {
        return System.nanoTime();
    }

    /** One operation that began at {@code startNanos} has completed. */
    void done(long startNanos) {
        recorder.recordValue(Math.min(LATENCY_NANOS_MAX, Math.max(0, System.nanoTime() - startNanos)));
    }

    /** The measurement is void; the first reason counts. */
    void failed(Throwable reason) {
        if (failure == null) {
            failure = reason;
        }
    }

    /** What completed since the last call. Throws when an operation failed. */
    Histogram interval() {
        Throwable reason = failure;
        if (reason != null) {
            throw new IllegalStateException("an operation failed: " + reason, reason);
        }
        return recorder.getIntervalHistogram();
    }
}
