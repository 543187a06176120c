package io.leasehold.raft.ratis;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.util.AwaitForSignal;

/**
 * A signal that is kept until somebody waits for it. The engine's own is lost when it comes between the look at what there is
 * to do and the wait; an appender then sleeps until the next heartbeat with an entry to send. For one waiting thread.
 */
final class KeptSignal extends AwaitForSignal {

    private final Semaphore given = new Semaphore(0);

    KeptSignal(Object name) {
        super(name);
    }

    @Override
    public void await() throws InterruptedException {
        given.acquire();
        given.drainPermits();
    }

    @Override
    public boolean await(long time, TimeUnit unit) throws InterruptedException {
        if (time <= 0 || !given.tryAcquire(time, unit)) {
            return false;
        }
        given.drainPermits();
        return true;
    }

    /** Any number of signals before the next wait are one. */
    @Override
    public void signal() {
        if (given.availablePermits() == 0) {
            given.release();
        }
    }
}
