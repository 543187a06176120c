package io.leasehold.simulation;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Simulated time and what is to happen in it, in order of time and then of planning; the one source of chance. A binary
 * heap in plain arrays: half of what a run costs is spent here.
 */
final class Agenda {
    static final long MILLI = 1_000_000L;
    static final long SECOND = 1_000_000_000L;

    final SplittableRandom random;
    /** The heap: when, in which order it was planned, and what. */
    private long[] nanos = new long[256];

    private long[] numbers = new long[256];
    private @Nullable Runnable[] actions = new Runnable[256];
    private int size;
    private long lastNumber;
    private long nowNanos = SECOND;

    Agenda(long seed) {
        random = new SplittableRandom(seed);
    }

    /** True time: what no member knows. */
    long nowNanos() {
        return nowNanos;
    }

    void after(long delayNanos, Runnable action) {
        if (size == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * size);
            numbers = Arrays.copyOf(numbers, 2 * size);
            actions = Arrays.copyOf(actions, 2 * size);
        }
        long when = nowNanos + delayNanos;
        long number = lastNumber++;
        int at = size++;
        while (at > 0 && when < nanos[(at - 1) / 2]) {
            move((at - 1) / 2, at);
            at = (at - 1) / 2;
        }
        put(at, when, number, action);
    }

    /** Lets so much time pass, with everything that happens in it. */
    void run(long spanNanos) {
        long until = nowNanos + spanNanos;
        while (size > 0 && nanos[0] <= until) {
            nowNanos = nanos[0];
            takeFirst().run();
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

    private Runnable takeFirst() {
        Runnable first = actions[0];
        size--;
        long when = nanos[size];
        long number = numbers[size];
        Runnable last = actions[size];
        actions[size] = null;
        if (first == null || last == null) {
            throw new IllegalStateException("nothing is planned");
        }
        if (size > 0) {
            int at = 0;
            int child = earlierChild(0);
            while (child < size && comesBefore(child, when, number)) {
                move(child, at);
                at = child;
                child = earlierChild(at);
            }
            put(at, when, number, last);
        }
        return first;
    }

    private int earlierChild(int at) {
        int left = 2 * at + 1;
        int right = left + 1;
        return right < size && comesBefore(right, nanos[left], numbers[left]) ? right : left;
    }

    private boolean comesBefore(int at, long when, long number) {
        return nanos[at] != when ? nanos[at] < when : numbers[at] < number;
    }

    private void move(int from, int to) {
        put(to, nanos[from], numbers[from], actions[from]);
    }

    private void put(int at, long when, long number, @Nullable Runnable action) {
        nanos[at] = when;
        numbers[at] = number;
        actions[at] = action;
    }
}
