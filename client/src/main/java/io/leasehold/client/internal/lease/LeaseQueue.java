package io.leasehold.client.internal.lease;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Leases by when something is to be done for them, the earliest first: a binary heap that knows each lease's place, so that
 * moving one costs O(log n). On the client's thread.
 */
final class LeaseQueue {
    private static final int INITIAL_SIZE = 16;

    private @Nullable KeptLease[] heap = new KeptLease[INITIAL_SIZE];
    private int size;

    int size() {
        return size;
    }

    /** The lease that comes first, or null. */
    @Nullable
    KeptLease first() {
        return size == 0 ? null : heap[0];
    }

    /** Puts the lease where its time says, whether it is in the queue or not. */
    void place(KeptLease lease, long wakeNanos) {
        lease.wakeNanos = wakeNanos;
        if (lease.queueIndex < 0) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, size * 2);
            }
            lease.queueIndex = size;
            heap[size++] = lease;
        }
        up(lease);
        down(lease);
    }

    /** Takes the lease out, if it is in. */
    void remove(KeptLease lease) {
        int index = lease.queueIndex;
        if (index < 0) {
            return;
        }
        lease.queueIndex = -1;
        KeptLease last = at(--size);
        heap[size] = null;
        if (last != lease) {
            heap[index] = last;
            last.queueIndex = index;
            up(last);
            down(last);
        }
    }

    private void up(KeptLease lease) {
        int index = lease.queueIndex;
        while (index > 0) {
            int parent = (index - 1) >>> 1;
            KeptLease above = at(parent);
            if (above.wakeNanos - lease.wakeNanos <= 0) {
                break;
            }
            set(index, above);
            index = parent;
        }
        set(index, lease);
    }

    private void down(KeptLease lease) {
        int index = lease.queueIndex;
        while (true) {
            int child = 2 * index + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && at(child + 1).wakeNanos - at(child).wakeNanos < 0) {
                child++;
            }
            KeptLease below = at(child);
            if (lease.wakeNanos - below.wakeNanos <= 0) {
                break;
            }
            set(index, below);
            index = child;
        }
        set(index, lease);
    }

    private void set(int index, KeptLease lease) {
        heap[index] = lease;
        lease.queueIndex = index;
    }

    private KeptLease at(int index) {
        KeptLease lease = heap[index];
        if (lease == null) {
            throw new IllegalStateException("no lease at " + index + " of " + size);
        }
        return lease;
    }
}
