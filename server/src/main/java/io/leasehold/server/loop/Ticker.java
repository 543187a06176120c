package io.leasehold.server.loop;

import io.leasehold.protocol.ReadsClock;

/** A monotonic clock. Only differences of its readings mean anything. */
@FunctionalInterface
public interface Ticker {
    /** Nanoseconds since some fixed moment. */
    long nanos();

    /** The machine's own monotonic clock. */
    @ReadsClock("the one place where the wiring takes its clock from")
    static Ticker system() {
        return System::nanoTime;
    }
}
