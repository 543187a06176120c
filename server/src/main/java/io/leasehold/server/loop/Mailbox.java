package io.leasehold.server.loop;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue from many threads to the one that owns it, in order of arrival. Adding never takes a lock; the owner
 * is woken through its {@link WakeUp}, which several mailboxes may share.
 */
public final class Mailbox<T> {
    /** How long {@link #put} waits between two looks at a full mailbox: short against a disk write. */
    private static final long FULL_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    private final ConcurrentLinkedQueue<T> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final int limit;
    private final WakeUp owner;
    private volatile boolean closed;

    /** A mailbox for {@code limit} items whose owner sleeps on {@code owner}. */
    public Mailbox(int limit, WakeUp owner) {
        this.limit = limit;
        this.owner = owner;
    }

    /** Adds the item; false when the mailbox is full. Any thread. */
    public boolean offer(T item) {
        if (size.incrementAndGet() > limit) {
            size.decrementAndGet();
            return false;
        }
        queue.add(item);
        owner.signal();
        return true;
    }

    /**
     * Adds the item, waiting for room: back-pressure on a thread that may be held up. Not for event loops. Once the
     * mailbox is closed nobody takes anything, so the item is dropped instead of waiting for ever.
     */
    public void put(T item) {
        while (!closed && !offer(item)) {
            LockSupport.parkNanos(this, FULL_PAUSE_NANOS);
        }
    }

    /** Adds the item whether there is room or not: for the few that must never be lost nor wait. Any thread. */
    public void force(T item) {
        size.incrementAndGet();
        queue.add(item);
        owner.signal();
    }

    /** The owner takes no more: nobody waits for room from now on. */
    public void close() {
        closed = true;
    }

    /** The oldest item, taken out; null when there is none. Owner only. */
    public @Nullable T poll() {
        T item = queue.poll();
        if (item != null) {
            size.decrementAndGet();
        }
        return item;
    }

    /** The oldest item, left in place; null when there is none. Owner only. */
    public @Nullable T peek() {
        return queue.peek();
    }

    /** Whether there is nothing to take. */
    public boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Items waiting, for metrics: exact only while nobody adds or takes. */
    public int size() {
        return size.get();
    }
}
