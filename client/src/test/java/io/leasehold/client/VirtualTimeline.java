package io.leasehold.client;

import io.leasehold.client.internal.time.Timeline;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.PriorityQueue;

/** A thread and a clock that move only when the test says so. For one thread, the test's. */
public final class VirtualTimeline implements Timeline {
    /** An event loop that never comes to rest is a bug that should fail, not hang. */
    private static final int STEPS_MAX = 5_000_000;

    private final Deque<Runnable> ready = new ArrayDeque<>();
    private final PriorityQueue<Task> waiting = new PriorityQueue<>();
    private long nowNanos = 1_000_000_000_000L;
    private long unnoticedNanos;
    private long sequence;
    private boolean closed;

    @Override
    public long nanos() {
        return nowNanos;
    }

    @Override
    public void noticeSuspension() {
        nowNanos += unnoticedNanos;
        unnoticedNanos = 0;
    }

    @Override
    public Timer after(long delayNanos, Runnable task) {
        if (closed) {
            return () -> {};
        }
        Task planned = new Task(nowNanos + Math.max(delayNanos, 0), sequence++, task);
        waiting.add(planned);
        return () -> waiting.remove(planned);
    }

    @Override
    public void execute(Runnable task) {
        if (!closed) {
            ready.add(task);
        }
    }

    @Override
    public void close() {
        closed = true;
        ready.clear();
        waiting.clear();
    }

    /** Runs all that can run now. */
    public void settle() {
        int steps = 0;
        for (Runnable task = ready.poll(); task != null; task = ready.poll()) {
            task.run();
            if (++steps > STEPS_MAX) {
                throw new IllegalStateException("never comes to rest");
            }
        }
    }

    /** Lets time pass, and everything happen when its time has come. */
    public void advance(Duration time) {
        settle();
        long end = nowNanos + time.toNanos();
        for (Task task = waiting.peek(); task != null && task.atNanos - end <= 0; task = waiting.peek()) {
            waiting.remove();
            nowNanos = Math.max(nowNanos, task.atNanos);
            task.run.run();
            settle();
        }
        nowNanos = Math.max(nowNanos, end);
    }

    /** The process stands still: time passes, and nothing happens. */
    public void pause(Duration time) {
        settle();
        nowNanos += time.toNanos();
    }

    /** The machine is suspended: time passes that the clock does not show until somebody looks. */
    public void suspend(Duration time) {
        settle();
        unnoticedNanos += time.toNanos();
    }

    /** How many tasks wait for their time. */
    public int planned() {
        return waiting.size();
    }

    private record Task(long atNanos, long sequence, Runnable run) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }
}
