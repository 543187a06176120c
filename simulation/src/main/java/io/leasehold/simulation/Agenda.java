package io.leasehold.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;

/** Simulated time and what is to happen in it, in order of time and then of planning; the one source of chance. */
final class Agenda {
    static final long MILLI = 1_000_000L;
    static final long SECOND = 1_000_000_000L;

    final Random random;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::nanos).thenComparingLong(Event::number));
    private long eventNumber;
    private long nowNanos = SECOND;

    private record Event(long nanos, long number, Runnable action) {}

    Agenda(long seed) {
        random = new Random(seed);
    }

    /** True time: what no member knows. */
    long nowNanos() {
        return nowNanos;
    }

    void after(long nanos, Runnable action) {
        events.add(new Event(nowNanos + nanos, eventNumber++, action));
    }

    void run(long nanos) {
        long until = nowNanos + nanos;
        for (Event next = events.peek(); next != null && next.nanos <= until; next = events.peek()) {
            events.remove();
            nowNanos = next.nanos;
            next.action.run();
        }
        nowNanos = until;
    }

    /** Up to {@code maxMillis}, mostly a twentieth of it at most. */
    long delayNanos(int maxMillis) {
        long millis = random.nextInt(12) == 0 ? random.nextLong(maxMillis) : random.nextLong(1 + maxMillis / 20);
        return millis * MILLI + random.nextInt(1_000_000);
    }

    boolean oneIn(int many) {
        return random.nextInt(many) == 0;
    }
}
