package io.leasehold.client.internal.recipes;

import io.leasehold.client.call.Blocking;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.recipes.FencedLock;
import io.leasehold.client.recipes.Hold;
import io.leasehold.client.recipes.Mutex;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A lock of the cluster behind one of this process: whoever has the latter locks the former, the first time. */
final class ThreadLock implements FencedLock {
    private final Mutex mutex;
    private final ReentrantLock local = new ReentrantLock(true);

    /** Written and read by the thread that has {@link #local}. */
    private @Nullable Hold held;

    ThreadLock(Mutex mutex) {
        this.mutex = mutex;
    }

    @Override
    public Hold hold() {
        Hold now = local.isHeldByCurrentThread() ? held : null;
        if (now == null) {
            throw new IllegalMonitorStateException("this thread does not have the lock");
        }
        return now;
    }

    @Override
    public void lock() {
        local.lock();
        boolean interrupted = false;
        try {
            while (needsHold()) {
                try {
                    held = Blocking.await(mutex.lock());
                } catch (LeaseholdException failed) {
                    // The interrupt has taken the key back; this form of lock waits on all the same.
                    if (!isInterrupt(failed)) {
                        throw failed;
                    }
                    interrupted = true;
                }
            }
        } catch (RuntimeException failed) {
            local.unlock();
            throw failed;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        local.lockInterruptibly();
        try {
            if (needsHold()) {
                held = interruptibly(mutex.lock());
            }
        } catch (RuntimeException | InterruptedException failed) {
            local.unlock();
            throw failed;
        }
    }

    @Override
    public boolean tryLock() {
        return local.tryLock() && finish(() -> Blocking.await(mutex.tryLock()));
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
        Duration atMost = Duration.ofNanos(Math.max(unit.toNanos(time), 1));
        if (!local.tryLock(time, unit)) {
            return false;
        }
        try {
            // The time begins anew: whoever waits for another thread and then for other processes waits twice at most.
            if (needsHold()) {
                held = interruptibly(mutex.tryLock(atMost)).orElse(null);
            }
        } catch (RuntimeException | InterruptedException failed) {
            local.unlock();
            throw failed;
        }
        return keepIfHeld();
    }

    @Override
    public void unlock() {
        if (!local.isHeldByCurrentThread()) {
            throw new IllegalMonitorStateException("this thread does not have the lock");
        }
        Hold last = local.getHoldCount() == 1 ? held : null;
        try {
            if (last != null) {
                held = null;
                last.close();
            }
        } finally {
            local.unlock();
        }
    }

    /** Refused: waiting on a condition would have to give up and regain the lock in the cluster. */
    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException("a lock of the cluster has no conditions");
    }

    private interface Attempt {
        Optional<Hold> make();
    }

    private boolean finish(Attempt attempt) {
        try {
            if (needsHold()) {
                held = attempt.make().orElse(null);
            }
        } catch (RuntimeException failed) {
            local.unlock();
            throw failed;
        }
        return keepIfHeld();
    }

    private boolean keepIfHeld() {
        if (held == null) {
            local.unlock();
            return false;
        }
        return true;
    }

    /** Whether the cluster must be asked; throws when this thread believes to have a lock that is lost. */
    private boolean needsHold() {
        Hold now = held;
        if (now == null) {
            return true;
        }
        if (now.ended().isDone()) {
            throw LeaseholdException.local(
                    LeaseholdException.Kind.SESSION_LOST, "the lock that this thread had is lost: " + now);
        }
        return false;
    }

    private static <T> T interruptibly(CompletableFuture<T> call) throws InterruptedException {
        try {
            return Blocking.await(call);
        } catch (LeaseholdException failed) {
            if (isInterrupt(failed)) {
                throw new InterruptedException(failed.getMessage());
            }
            throw failed;
        }
    }

    /** Takes the thread's interrupt flag back if that is what ended the call. */
    private static boolean isInterrupt(LeaseholdException failed) {
        return failed.kind() == LeaseholdException.Kind.CANCELLED && Thread.interrupted();
    }
}
