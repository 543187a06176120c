package io.leasehold.lease;

import java.util.concurrent.atomic.AtomicReference;

/**
 * The clock that leases live by: monotonic nanoseconds from 0 that stand still while the process was stalled, because
 * renewals of that time still wait in socket buffers. A gap of more than half a second between two readings counts as
 * one tick; shorter gaps count in full, so that a busy machine does not run slow. Stalls only lengthen leases.
 *
 * <p>One per process, read by Applier and LeaseKeeper: safe from any thread, without a lock. Somebody must advance it at
 * least every {@link #STALL_NANOS}, or it takes idleness for a stall; LeaseKeeper's loop does, on every member.
 */
public final class LeaseClock {
    /** A longer gap between two readings is a stall: far beyond a tick, well below the shortest TTL of 2 s. */
    public static final long STALL_NANOS = 500_000_000L;

    /** What a stall counts for: no more than a busy LeaseKeeper lets pass between two readings. */
    public static final long TICK_NANOS = 25_000_000L;

    private final AtomicReference<Reading> last;

    /** A clock that stands at 0 when the monotonic clock shows {@code monotonicNanos}. */
    public LeaseClock(long monotonicNanos) {
        last = new AtomicReference<>(new Reading(monotonicNanos, 0, 0));
    }

    /**
     * Takes a reading of the monotonic clock into account and returns the lease clock's time. A reading older than one
     * already seen (another thread was faster) changes nothing.
     */
    public long advance(long monotonicNanos) {
        while (true) {
            Reading before = last.get();
            long gapNanos = monotonicNanos - before.monotonicNanos;
            if (gapNanos <= 0) {
                return before.leaseNanos;
            }
            Reading after = gapNanos > STALL_NANOS
                    ? new Reading(monotonicNanos, before.leaseNanos + TICK_NANOS, before.stalls + 1)
                    : new Reading(monotonicNanos, before.leaseNanos + gapNanos, before.stalls);
            if (last.compareAndSet(before, after)) {
                return after.leaseNanos;
            }
        }
    }

    /** The time at the last reading, in nanoseconds since the clock was made. */
    public long now() {
        return last.get().leaseNanos;
    }

    /** How many stalls were seen. */
    public long stalls() {
        return last.get().stalls;
    }

    private record Reading(long monotonicNanos, long leaseNanos, long stalls) {}
}
