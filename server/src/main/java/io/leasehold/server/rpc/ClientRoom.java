package io.leasehold.server.rpc;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Whether a client takes more, as the dispatcher's thread asks and the call's thread knows it. Who was told "no" is told
 * when that changes, and no change is missed in between.
 */
final class ClientRoom {
    /** Whether the dispatcher waits to be told that there is room. */
    private final AtomicBoolean awaited = new AtomicBoolean();

    /** As the transport said last. */
    private volatile boolean transportReady = true;

    /** As the transport says now. Call's thread. */
    void transportReady(boolean ready) {
        transportReady = ready;
    }

    /** What the transport said last. Any thread. */
    boolean isTransportReady() {
        return transportReady;
    }

    /** Notes that somebody waits for room. Dispatcher's thread. */
    void await() {
        awaited.set(true);
    }

    /** Whether somebody waits for room and has not been told yet. Any thread. */
    boolean isAwaited() {
        return awaited.get();
    }

    /** Whether somebody waits for room; true for one caller, who tells him. Any thread. */
    boolean takeWaiting() {
        return awaited.get() && awaited.compareAndSet(true, false);
    }
}
