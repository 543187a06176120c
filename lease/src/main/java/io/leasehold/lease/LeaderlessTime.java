package io.leasehold.lease;

import java.util.Arrays;

/**
 * How long this member has seen no leader, since any moment: a new leader spares leases for that long, because their
 * holders could not renew. Local, not replicated; lost at a restart, as the times of the anchors are. One thread's.
 */
public final class LeaderlessTime {
    /** Spans remembered. When there are more, the two oldest become one: too much is counted, which only spares leases. */
    private static final int SPANS_MAX = 256;

    private final long[] startNanos = new long[SPANS_MAX];
    private final long[] endNanos = new long[SPANS_MAX];
    /** Leaderless time up to the start of each span. */
    private final long[] beforeNanos = new long[SPANS_MAX];

    private int spans;
    private boolean leaderless;

    /** A member that knows no leader from {@code nowNanos} on. */
    public LeaderlessTime(long nowNanos) {
        leaderKnown(false, nowNanos);
    }

    /** Notes whether a leader is known from {@code nowNanos} on, lease-clock time that never goes back. */
    public void leaderKnown(boolean known, long nowNanos) {
        if (known != leaderless) {
            return;
        }
        if (known) {
            endNanos[spans - 1] = nowNanos;
        } else {
            open(nowNanos);
        }
        leaderless = !known;
    }

    /** Time without a leader between the two moments. */
    public long between(long fromNanos, long toNanos) {
        return upTo(toNanos) - upTo(fromNanos);
    }

    private void open(long nowNanos) {
        if (spans == SPANS_MAX) {
            mergeOldest();
        }
        startNanos[spans] = nowNanos;
        endNanos[spans] = Long.MAX_VALUE;
        beforeNanos[spans] = spans == 0 ? 0 : beforeNanos[spans - 1] + (endNanos[spans - 1] - startNanos[spans - 1]);
        spans++;
    }

    private long upTo(long timeNanos) {
        int found = Arrays.binarySearch(startNanos, 0, spans, timeNanos);
        int span = found >= 0 ? found : -found - 2;
        if (span < 0) {
            return 0;
        }
        return beforeNanos[span] + Math.min(timeNanos, endNanos[span]) - startNanos[span];
    }

    private void mergeOldest() {
        long gapNanos = startNanos[1] - endNanos[0];
        long first = startNanos[0];
        int kept = spans - 1;
        System.arraycopy(startNanos, 1, startNanos, 0, kept);
        System.arraycopy(endNanos, 1, endNanos, 0, kept);
        System.arraycopy(beforeNanos, 1, beforeNanos, 0, kept);
        startNanos[0] = first;
        beforeNanos[0] = 0;
        for (int span = 1; span < kept; span++) {
            beforeNanos[span] += gapNanos;
        }
        spans = kept;
    }
}
