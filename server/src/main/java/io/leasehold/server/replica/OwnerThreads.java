package io.leasehold.server.replica;

import io.leasehold.server.loop.FatalHandler;
import io.leasehold.server.loop.TurnLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * The threads on which a replica's owners take their turns, ended in the opposite order of their start. A replica without
 * threads leaves the turns to somebody else ({@link ReplicaTurns}).
 *
 * <p>Starting and ending is for one thread at a time.
 */
final class OwnerThreads {
    /** How long an owner without work sleeps; it bounds how late a proposal's time-out is noticed. */
    static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final FatalHandler fatal;
    private final Deque<TurnLoop> loops = new ArrayDeque<>();
    private volatile boolean running;

    /** No thread yet; what a turn throws goes to {@code fatal}. */
    OwnerThreads(FatalHandler fatal) {
        this.fatal = fatal;
    }

    /** Starts a thread for an owner. */
    void start(String threadName, TurnLoop.Turns owner) {
        start(threadName, owner, IDLE_NANOS);
    }

    /** Starts a thread for an owner that sleeps {@code idleNanos} at most. */
    void start(String threadName, TurnLoop.Turns owner, long idleNanos) {
        running = true;
        loops.push(TurnLoop.start(threadName, owner, idleNanos, fatal));
    }

    /** Whether threads were started and not ended. Any thread. */
    boolean running() {
        return running;
    }

    /** Ends each after its present turn and waits for it. Idempotent. */
    void end() {
        loops.forEach(TurnLoop::close);
        loops.clear();
        running = false;
    }
}
