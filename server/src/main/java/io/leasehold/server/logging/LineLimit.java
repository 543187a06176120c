package io.leasehold.server.logging;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Lets a line of one kind be logged once a second, and counts those that are left out: what happens to ten thousand
 * callers at once, or whatever a stranger can bring about, is not worth a line each. Any thread.
 */
public final class LineLimit {
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private long lastNanos;
    private long leftOut;

    /** A limit whose first line may come at once; {@code nowNanos} on the clock of all later calls. */
    public LineLimit(long nowNanos) {
        lastNanos = nowNanos - INTERVAL_NANOS;
    }

    /** How many lines were left out since the last one, if another may be logged now; else empty, and this one is left out. */
    public synchronized OptionalLong admit(long nowNanos) {
        if (nowNanos - lastNanos < INTERVAL_NANOS) {
            leftOut++;
            return OptionalLong.empty();
        }
        lastNanos = nowNanos;
        long before = leftOut;
        leftOut = 0;
        return OptionalLong.of(before);
    }
}
