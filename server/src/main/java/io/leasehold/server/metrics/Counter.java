package io.leasehold.server.metrics;

import java.util.concurrent.atomic.LongAdder;

/** A number that only grows. Thread-safe and cheap under contention. */
public final class Counter {
    private final LongAdder sum = new LongAdder();

    Counter() {}

    /** Adds one. */
    public void increment() {
        sum.increment();
    }

    /** Adds an amount, zero or more. */
    public void add(long amount) {
        sum.add(amount);
    }

    /** The sum so far. */
    public long value() {
        return sum.sum();
    }
}
