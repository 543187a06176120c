package io.leasehold.server.loop;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread of an owner: runs its turns until it is closed. An owner knows nothing of threads, so tests drive it turn
 * by turn. Whatever a turn throws is a bug and ends the member.
 */
public final class TurnLoop implements AutoCloseable {
    /** How long {@link #close} waits for the turn under way. */
    private static final int CLOSE_LIMIT_SECONDS = 10;

    private final Turns turns;
    private final long idleNanos;
    private final FatalHandler fatal;
    private final Thread thread;
    private volatile boolean closed;

    /** An owner that works in turns. All three are called on its thread alone. */
    public interface Turns {
        /** Does what there is to do, within bounds; true when there may be more at once. */
        boolean turn();

        /** Sleeps until there may be something to do, at most {@code nanos}. */
        void sleep(long nanos);
    }

    private TurnLoop(String name, Turns turns, long idleNanos, FatalHandler fatal) {
        this.turns = turns;
        this.idleNanos = idleNanos;
        this.fatal = fatal;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    /** Starts a thread that takes turns, and sleeps {@code idleNanos} at most when there is nothing to do. */
    public static TurnLoop start(String threadName, Turns turns, long idleNanos, FatalHandler fatal) {
        TurnLoop loop = new TurnLoop(threadName, turns, idleNanos, fatal);
        loop.thread.start();
        return loop;
    }

    private void run() {
        try {
            while (!closed) {
                if (!turns.turn() && !closed) {
                    turns.sleep(idleNanos);
                }
            }
        } catch (Throwable e) { // The outermost frame: nothing below may skip what it could not do.
            fatal.halt("thread " + thread.getName() + " cannot go on", e);
        }
    }

    /** Ends the thread after its present turn and waits for it. Idempotent; from the thread itself it does not wait. */
    @Override
    public void close() {
        closed = true;
        if (Thread.currentThread() == thread) {
            return;
        }
        LockSupport.unpark(thread);
        try {
            thread.join(TimeUnit.SECONDS.toMillis(CLOSE_LIMIT_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
