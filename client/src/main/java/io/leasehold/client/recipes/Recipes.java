package io.leasehold.client.recipes;

import io.leasehold.client.session.LeaseHolder;
import io.leasehold.protocol.ByteSequence;

/**
 * Makes the recipes. What is held is held in the name of a session, or of another {@link LeaseHolder}. Names must not be empty;
 * the keys lie under {@code name/}. Any thread; nothing blocks.
 */
public interface Recipes {
    /** A lock. */
    Mutex mutex(LeaseHolder holder, ByteSequence name);

    /** A lock for many readers or one writer. */
    FencedReadWriteLock readWriteLock(LeaseHolder holder, ByteSequence name);

    /** A semaphore with so many permits, 1 to 1000. */
    Semaphore semaphore(LeaseHolder holder, ByteSequence name, int permits);

    /** An election. */
    Election election(ByteSequence name);

    /** A candidate that begins to stand for election at once, and again whenever it is deposed. */
    LeaderLatch leaderLatch(LeaseHolder holder, ByteSequence name, ByteSequence value, LeaderLatch.Listener listener);

    /** Transactions over many keys. */
    Stm stm();

    /** A gate. */
    Barrier barrier(ByteSequence name);

    /** A barrier for {@code parties} processes, 1 or more. */
    DoubleBarrier doubleBarrier(LeaseHolder holder, ByteSequence name, int parties);

    /** A queue. */
    WorkQueue queue(ByteSequence name);

    /** A queue with priorities. */
    PrioritizedQueue prioritizedQueue(ByteSequence name);
}
