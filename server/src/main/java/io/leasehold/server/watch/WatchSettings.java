package io.leasehold.server.watch;

/**
 * How the dispatcher is set up.
 *
 * @param progressIntervalNanos time between two periodic progress responses, at least 100 ms; jitter of up to a tenth is
 *     added
 * @param fragmentLimitBytes responses of this encoded size or more are cut when the client allows it
 */
public record WatchSettings(long progressIntervalNanos, int fragmentLimitBytes) {
    /** etcd's floor: a shorter interval would be traffic, not news. */
    private static final long PROGRESS_INTERVAL_MIN_NANOS = 100_000_000L;

    /** Checks the ranges. */
    public WatchSettings {
        if (progressIntervalNanos < PROGRESS_INTERVAL_MIN_NANOS) {
            throw new IllegalArgumentException(
                    "watch progress interval must be at least 100 ms, is " + progressIntervalNanos + " ns");
        }
        if (fragmentLimitBytes <= 0) {
            throw new IllegalArgumentException("fragment limit must be positive, is " + fragmentLimitBytes);
        }
    }
}
