package io.leasehold.server.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;

/**
 * When each watcher that asked for periodic progress is due. The moments are spread by a random tenth so that watchers
 * created together do not stay together. Owned by the dispatcher's thread.
 */
final class ProgressSchedule {
    /** Ticks handled in one go; the rest follows in the next turn. */
    private static final int DUE_LIMIT = 1024;
    /** The random part is less than an interval divided by this. */
    private static final int JITTER_DIVISOR = 10;

    private final PriorityQueue<Watcher> queue =
            new PriorityQueue<>((a, b) -> Long.signum(a.progressDueNanos - b.progressDueNanos));
    private final long intervalNanos;
    private final RandomGenerator random;

    ProgressSchedule(long intervalNanos, RandomGenerator random) {
        this.intervalNanos = intervalNanos;
        this.random = random;
    }

    /** Makes the watcher due one interval from now. It must not be in the schedule. */
    void add(Watcher watcher, long nowNanos) {
        watcher.progressDueNanos = nowNanos + intervalNanos + random.nextLong(intervalNanos / JITTER_DIVISOR);
        queue.add(watcher);
    }

    /** Takes out those that are due; closed ones are forgotten. */
    List<Watcher> pollDue(long nowNanos) {
        List<Watcher> due = new ArrayList<>();
        for (Watcher head = queue.peek();
                head != null && due.size() < DUE_LIMIT && head.progressDueNanos - nowNanos <= 0;
                head = queue.peek()) {
            queue.remove();
            if (!head.closed) {
                due.add(head);
            }
        }
        return due;
    }

    /** Nanoseconds until the first is due, 0 when one is; {@code Long.MAX_VALUE} when there is none. */
    long restNanos(long nowNanos) {
        Watcher head = queue.peek();
        return head == null ? Long.MAX_VALUE : Math.max(0, head.progressDueNanos - nowNanos);
    }
}
