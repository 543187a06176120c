package io.leasehold.client.internal.lease;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Leases by exact time, the earliest first: a binary heap that knows each lease's place. For the few that {@link LeaseWheel}
 * has within a slot. On the client's thread.
 */
final class LeaseQueue {
    private static final int INITIAL_SIZE = 16;

    private @Nullable KeptLease[] leases = new KeptLease[INITIAL_SIZE];
    private long[] times = new long[INITIAL_SIZE];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    boolean has(KeptLease lease) {
        return lease.placeInQueue >= 0;
    }

    /** The time of the lease that comes first; there must be one. */
    long firstNanos() {
        return times[0];
    }

    /** Takes out the lease that comes first; there must be one. */
    KeptLease removeFirst() {
        KeptLease lease = at(0);
        remove(lease);
        return lease;
    }

    /** Puts the lease where the time says, unless it is in with an earlier one. */
    void put(KeptLease lease, long nanos) {
        int place = lease.placeInQueue;
        if (place >= 0) {
            if (nanos - times[place] < 0) {
                up(lease, nanos, place);
            }
            return;
        }
        if (size == leases.length) {
            leases = Arrays.copyOf(leases, size * 2);
            times = Arrays.copyOf(times, size * 2);
        }
        up(lease, nanos, size++);
    }

    /** Takes the lease out, if it is in. */
    void remove(KeptLease lease) {
        int place = lease.placeInQueue;
        if (place < 0) {
            return;
        }
        lease.placeInQueue = -1;
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
            int parent = (place - 1) / 2;
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
        for (int child = 2 * place + 1; child < size; child = 2 * place + 1) {
            if (child + 1 < size && times[child + 1] - times[child] < 0) {
                child++;
            }
            if (nanos - times[child] <= 0) {
                break;
            }
            set(place, at(child), times[child]);
            place = child;
        }
        set(place, lease, nanos);
    }

    private void set(int place, KeptLease lease, long nanos) {
        leases[place] = lease;
        times[place] = nanos;
        lease.placeInQueue = place;
    }

    private KeptLease at(int place) {
        KeptLease lease = leases[place];
        if (lease == null) {
            throw new IllegalStateException("no lease at " + place + " of " + size);
        }
        return lease;
    }
}
