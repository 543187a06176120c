package io.leasehold.lease.lessor.host;

import io.leasehold.lease.lessor.Lessor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Gives a {@link Lessor} its thread: calls {@link Lessor#tick} until it is closed, then stops the lessor. */
public final class LessorLoop implements AutoCloseable {
    /** How late an expired lease is noticed at most: far below the shortest TTL, and a tick with nothing due costs little. */
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** How long {@link #close} waits for the tick under way. */
    private static final long CLOSE_LIMIT_MILLIS = 5_000;

    private final Lessor lessor;
    private final Thread thread;
    private volatile boolean closed;

    private LessorLoop(Lessor lessor, String threadName) {
        this.lessor = lessor;
        this.thread = Thread.ofPlatform().name(threadName).daemon().unstarted(this::run);
    }

    /** Starts a thread of that name for the lessor. */
    public static LessorLoop start(Lessor lessor, String threadName) {
        LessorLoop loop = new LessorLoop(lessor, threadName);
        loop.thread.start();
        return loop;
    }

    private void run() {
        try {
            while (!closed) {
                if (lessor.tick() == 0) {
                    LockSupport.parkNanos(this, IDLE_NANOS);
                }
            }
        } finally {
            // Also when a tick threw, which is a bug: without ticks no renewal that waits would ever be woken.
            lessor.stop();
        }
    }

    /** Ends the thread, stops the lessor, and waits for both. Idempotent. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_LIMIT_MILLIS);
        } catch (InterruptedException stopHurried) {
            Thread.currentThread().interrupt();
        }
    }
}
