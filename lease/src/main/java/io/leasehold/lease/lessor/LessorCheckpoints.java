package io.leasehold.lease.lessor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The order of checkpoints: what is left of leases is computed and given to the {@link LeaseCheckpointer} as one step, and
 * so is what takes a checkpoint back. Otherwise a checkpoint computed before a renewal could be noted after it, and the
 * next primary would end the lease too soon. Any thread.
 */
final class LessorCheckpoints {
    /** Held while the checkpointer works, which is its purpose; no other lock is held then. */
    private final ReentrantLock order = new ReentrantLock();

    private volatile @Nullable LeaseCheckpointer checkpointer;

    void set(LeaseCheckpointer noting) {
        checkpointer = noting;
    }

    /** Computes what is left of leases that are due. */
    interface Compute {
        /** Adds to {@code due}, at most {@code max}; 0 when nobody notes them. Returns how much else it did. */
        int compute(List<LeaseCheckpoint> due, int max);
    }

    /** What came of {@link #make}. */
    interface End {
        void ended(List<LeaseCheckpoint> checkpoints, boolean noted);
    }

    /** Computes checkpoints and has them noted. Returns how much was done in all. */
    int make(Compute compute, End end) {
        order.lock();
        try {
            LeaseCheckpointer noting = checkpointer;
            List<LeaseCheckpoint> due = new ArrayList<>();
            int otherwise = compute.compute(due, noting == null ? 0 : Lessor.CHECKPOINTS_MAX);
            if (noting == null || due.isEmpty()) {
                return otherwise;
            }
            boolean noted = false;
            try {
                noted = noting.checkpoint(List.copyOf(due));
            } finally {
                end.ended(due, noted);
            }
            return noted ? otherwise + due.size() : otherwise;
        } finally {
            order.unlock();
        }
    }

    /**
     * Takes the checkpoint of a lease back, if it is still {@code needed} once those under way are noted.
     *
     * @param locally takes it back here, whatever the checkpointer did
     * @return false when the checkpointer could not
     */
    boolean takeBack(long id, BooleanSupplier needed, Runnable locally) throws InterruptedException {
        order.lockInterruptibly();
        try {
            LeaseCheckpointer noting = checkpointer;
            if (!needed.getAsBoolean()) {
                return true;
            }
            if (noting != null && !noting.checkpoint(List.of(new LeaseCheckpoint(id, 0)))) {
                return false;
            }
            if (needed.getAsBoolean()) {
                locally.run();
            }
            return true;
        } finally {
            order.unlock();
        }
    }
}
