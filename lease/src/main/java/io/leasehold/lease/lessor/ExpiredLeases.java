package io.leasehold.lease.lessor;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bounded channel on which a {@link Lessor} hands over leases whose time is up, in batches, earliest first. Nothing is
 * lost when nobody takes: while the channel is full the leases wait in the lessor, and one that was taken but not revoked
 * comes again. Any number of threads may take; a batch goes to one of them.
 */
public final class ExpiredLeases {
    /** Batches that wait to be taken; etcd's number. */
    public static final int BATCHES_MAX = 16;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final Queue<List<Lease>> batches = new ArrayDeque<>(BATCHES_MAX);

    @GuardedBy("lock")
    private boolean closed;

    ExpiredLeases() {}

    /** The oldest batch if there is one; does not wait. */
    public Optional<List<Lease>> poll() {
        lock.lock();
        try {
            return Optional.ofNullable(batches.poll());
        } finally {
            lock.unlock();
        }
    }

    /** The oldest batch, waited for; empty when the lessor has stopped. */
    public Optional<List<Lease>> take() throws InterruptedException {
        return take(Duration.ofNanos(Long.MAX_VALUE));
    }

    /** The oldest batch, waited for no longer than {@code limit}; empty then, and when the lessor has stopped. */
    public Optional<List<Lease>> take(Duration limit) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long leftNanos = limit.toNanos();
            while (batches.isEmpty() && !closed && leftNanos > 0) {
                leftNanos = changed.awaitNanos(leftNanos);
            }
            return Optional.ofNullable(batches.poll());
        } finally {
            lock.unlock();
        }
    }

    /** Whether another batch would find no room. */
    boolean isFull() {
        lock.lock();
        try {
            return batches.size() == BATCHES_MAX;
        } finally {
            lock.unlock();
        }
    }

    /** Adds a batch. The lessor has asked for room before, and nobody else adds. */
    void add(List<Lease> batch) {
        lock.lock();
        try {
            if (batches.size() == BATCHES_MAX) {
                throw new IllegalStateException("a batch of expired leases for a channel that is full");
            }
            if (!closed) {
                batches.add(List.copyOf(batch));
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Drops what nobody took: the lessor is no longer primary. */
    void clear() {
        lock.lock();
        try {
            batches.clear();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing comes any more; wakes all that wait. */
    void close() {
        lock.lock();
        try {
            closed = true;
            batches.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
