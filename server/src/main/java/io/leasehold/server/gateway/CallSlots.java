package io.leasehold.server.gateway;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Bounds the calls that run at once; one more waits until another has ended. etcd's gateway speaks to its member over one
 * connection, so the bound on a connection's streams ({@code --max-concurrent-streams}) holds for all its clients together.
 * What waits is bounded by the HTTP requests that are open. Thread-safe; a call starts on the thread that makes room for it.
 */
final class CallSlots {
    private final int callsMax;

    @GuardedBy("this")
    private final Queue<Runnable> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private int running;

    /** Whether somebody starts what waits: a call that ends at once then comes back here without nesting. */
    @GuardedBy("this")
    private boolean starting;

    CallSlots(int callsMax) {
        this.callsMax = callsMax;
    }

    /** Starts a call now or when there is room; {@link #leave} must be called once for it when it has ended. */
    void enter(Runnable start) {
        synchronized (this) {
            if (running >= callsMax) {
                waiting.add(start);
                return;
            }
            running++;
        }
        start.run();
    }

    /** A stream starts, whether there is room or not: its client is heard while it starts. It leaves room for fewer. */
    synchronized void enterAtOnce() {
        running++;
    }

    /** A call has ended. */
    void leave() {
        synchronized (this) {
            running--;
            if (starting) {
                return;
            }
            starting = true;
        }
        while (true) {
            Runnable next;
            synchronized (this) {
                next = running < callsMax ? waiting.poll() : null;
                if (next == null) {
                    starting = false;
                    return;
                }
                running++;
            }
            next.run();
        }
    }
}
