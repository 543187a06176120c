package io.leasehold.client.internal.lease;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Leases by time, the earliest first: a heap that knows each lease's place, so that moving one costs O(log n). Each node has
 * four children, whose times lie beside each other in an array of their own: a step down reads one cache line, not four
 * leases. On the client's thread.
 */
abstract class LeaseQueue {
    private static final int INITIAL_SIZE = 16;
    private static final int CHILDREN = 4;

    private @Nullable KeptLease[] leases = new KeptLease[INITIAL_SIZE];
    private long[] times = new long[INITIAL_SIZE];
    private int size;

    /** The lease's place in this queue as {@link #moved} was last told it; -1 when it is not in the queue. */
    abstract int placeOf(KeptLease lease);

    /** The lease is to remember this place. */
    abstract void moved(KeptLease lease, int place);

    /** The lease that comes first, or null. */
    @Nullable
    KeptLease first() {
        return size == 0 ? null : leases[0];
    }

    /** The time of the lease that comes first; there must be one. */
    long firstNanos() {
        return times[0];
    }

    /** Puts the lease where the time says, whether it is in the queue or not. */
    void place(KeptLease lease, long nanos) {
        int place = placeOf(lease);
        if (place < 0) {
            if (size == leases.length) {
                leases = Arrays.copyOf(leases, size * 2);
                times = Arrays.copyOf(times, size * 2);
            }
            up(lease, nanos, size++);
        } else if (nanos - times[place] < 0) {
            up(lease, nanos, place);
        } else if (nanos != times[place]) {
            down(lease, nanos, place);
        }
    }

    /** Takes the lease out, if it is in. */
    void remove(KeptLease lease) {
        int place = placeOf(lease);
        if (place < 0) {
            return;
        }
        moved(lease, -1);
        KeptLease last = at(--size);
        long nanos = times[size];
        leases[size] = null;
        if (last != lease) {
            if (nanos - times[place] < 0) {
                up(last, nanos, place);
            } else {
                down(last, nanos, place);
            }
        }
    }

    private void up(KeptLease lease, long nanos, int from) {
        int place = from;
        while (place > 0) {
            int parent = (place - 1) / CHILDREN;
            if (times[parent] - nanos <= 0) {
                break;
            }
            set(place, at(parent), times[parent]);
            place = parent;
        }
        set(place, lease, nanos);
    }

    private void down(KeptLease lease, long nanos, int from) {
        int place = from;
        for (int child = firstChild(place); child < size; child = firstChild(place)) {
            int earliest = child;
            for (int other = child + 1; other < Math.min(child + CHILDREN, size); other++) {
                if (times[other] - times[earliest] < 0) {
                    earliest = other;
                }
            }
            if (nanos - times[earliest] <= 0) {
                break;
            }
            set(place, at(earliest), times[earliest]);
            place = earliest;
        }
        set(place, lease, nanos);
    }

    private static int firstChild(int place) {
        return CHILDREN * place + 1;
    }

    private void set(int place, KeptLease lease, long nanos) {
        leases[place] = lease;
        times[place] = nanos;
        moved(lease, place);
    }

    private KeptLease at(int place) {
        KeptLease lease = leases[place];
        if (lease == null) {
            throw new IllegalStateException("no lease at " + place + " of " + size);
        }
        return lease;
    }
}
