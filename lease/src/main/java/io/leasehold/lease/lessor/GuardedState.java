package io.leasehold.lease.lessor;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The one lock around a {@link LessorState}, and the waiting for its changes. What is given to it runs under the lock, so it
 * neither blocks nor calls back into the lessor. Any thread.
 */
final class GuardedState {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final LessorState state = new LessorState();

    /** Asks the state something, or changes what nobody waits for. */
    <T> T with(Function<LessorState, T> question) {
        lock.lock();
        try {
            return question.apply(state);
        } finally {
            lock.unlock();
        }
    }

    /** Changes the state, and has all that wait look again. */
    void change(Consumer<LessorState> change) {
        lock.lock();
        try {
            change.accept(state);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Tries again after each change until something comes of it. */
    <T> T await(Function<LessorState, Optional<T>> attempt) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Optional<T> result = attempt.apply(state);
            while (result.isEmpty()) {
                changed.await();
                result = attempt.apply(state);
            }
            return result.get();
        } finally {
            lock.unlock();
        }
    }
}
