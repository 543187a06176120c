package io.leasehold.client.internal.time;

import java.util.concurrent.Executor;

/**
 * The client's one thread and its clock. Whatever is given to {@link #execute} and {@link #after} runs on that thread, one
 * after another, so that the engines need no locks. In tests both the thread and the clock are the test's.
 */
public interface Timeline extends Executor {
    /**
     * Monotonic nanoseconds from an arbitrary origin, compared by difference only. Time in which the machine was suspended
     * counts as soon as {@link #noticeSuspension} has been called. Any thread.
     */
    long nanos();

    /** Looks whether the machine was suspended and if so lets {@link #nanos} jump by that time. Any thread. */
    void noticeSuspension();

    /** Runs the task on the thread, not before so much time has passed. Any thread. */
    Timer after(long delayNanos, Runnable task);

    /** Ends the thread; what has not begun is dropped. */
    void close();

    /** A task that may be taken back. */
    @FunctionalInterface
    interface Timer {
        /** Takes it back if it has not begun. Any thread. */
        void cancel();
    }
}
