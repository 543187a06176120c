package io.leasehold.server.loop;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread sleep until others have put something where it looks. Whoever signals has made its work visible
 * first; the sleeper looks again after every return, so a signal is never lost, and one that nobody sleeps through
 * costs a read.
 */
public final class WakeUp {
    private volatile boolean signalled;
    private volatile @Nullable Thread sleeper;

    /** Ends the present sleep, or else the next one before it begins. Any thread. */
    public void signal() {
        if (!signalled) {
            signalled = true;
            Thread thread = sleeper;
            if (thread != null) {
                LockSupport.unpark(thread);
            }
        }
    }

    /** Sleeps until signalled, interrupted, or {@code nanos} have gone; may return early. The owning thread only. */
    public void sleep(long nanos) {
        sleeper = Thread.currentThread();
        if (!signalled) {
            LockSupport.parkNanos(this, nanos);
        }
        sleeper = null;
        signalled = false;
    }
}
