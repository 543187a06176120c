package io.leasehold.client.internal.lease;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When to look at which lease: slots of 25 ms around a wheel, each a list through the leases themselves, so that a lease goes in
 * and comes out at the same small cost however many there are. All leases of a slot are looked at when it begins; what is left to
 * be done for one within that very slot waits in a {@link LeaseQueue}, by its exact time.
 *
 * <p>A look may come earlier than it was asked for, never later. So a lease that is in already is only moved forward: when
 * its time has become a later one, the look finds nothing to do and asks for the next, which costs less than moving it
 * would. A lease beyond the wheel's reach waits in the last slot in the same way.
 *
 * <p>On the client's thread.
 */
final class LeaseWheel {
    /** Short beside all times of leases, long beside what a turn costs. */
    static final long SLOT_NANOS = 25_000_000L;

    /** A turn of 102 s: most leases are renewed in less. A power of two. */
    private static final int SLOTS = 4_096;

    private static final long NONE = Long.MAX_VALUE;

    private final long originNanos;
    private final @Nullable KeptLease[] first = new KeptLease[SLOTS];
    private final BitSet taken = new BitSet(SLOTS);
    private final LeaseQueue near = new LeaseQueue();

    /** The last slot that has begun. Invariant: every lease on the wheel is in one of the {@link #SLOTS} behind it. */
    private long begunSlot;

    /** An empty wheel that is at this time. */
    LeaseWheel(long nowNanos) {
        originNanos = nowNanos;
    }

    /** Asks for a look at the lease at this time; one that is asked for already and comes first is the only one. */
    void ask(KeptLease lease, long atNanos) {
        long slot = Math.min(slotOf(atNanos), begunSlot + SLOTS);
        if (slot <= begunSlot) {
            unlink(lease);
            near.put(lease, atNanos);
        } else if (!near.has(lease) && (lease.slot == KeptLease.NO_SLOT || slot < lease.slot)) {
            unlink(lease);
            link(lease, slot);
        }
    }

    /** Takes the lease out, if it is in. */
    void remove(KeptLease lease) {
        unlink(lease);
        near.remove(lease);
    }

    /** Takes out all leases that are to be looked at now, in no order, and adds them. */
    void take(long nowNanos, List<KeptLease> looks) {
        long nowSlot = slotOf(nowNanos);
        for (long slot = firstSlot(); slot <= nowSlot; slot = firstSlot()) {
            for (KeptLease lease = first[index(slot)]; lease != null; lease = first[index(slot)]) {
                unlink(lease);
                looks.add(lease);
            }
        }
        begunSlot = Math.max(begunSlot, nowSlot);
        while (!near.isEmpty() && near.firstNanos() - nowNanos <= 0) {
            looks.add(near.removeFirst());
        }
    }

    boolean isEmpty() {
        return near.isEmpty() && taken.isEmpty();
    }

    /** When the next look is due; there must be one. */
    long firstNanos() {
        return near.isEmpty() ? originNanos + firstSlot() * SLOT_NANOS : near.firstNanos();
    }

    private long slotOf(long nanos) {
        return Math.floorDiv(nanos - originNanos, SLOT_NANOS);
    }

    private static int index(long slot) {
        return (int) (slot & (SLOTS - 1));
    }

    private long firstSlot() {
        int from = index(begunSlot + 1);
        int found = taken.nextSetBit(from);
        if (found < 0) {
            found = taken.nextSetBit(0);
        }
        return found < 0 ? NONE : begunSlot + 1 + index(found - from);
    }

    private void link(KeptLease lease, long slot) {
        int index = index(slot);
        KeptLease next = first[index];
        if (next == null) {
            taken.set(index);
        } else {
            next.previous = lease;
        }
        first[index] = lease;
        lease.next = next;
        lease.slot = slot;
    }

    private void unlink(KeptLease lease) {
        if (lease.slot == KeptLease.NO_SLOT) {
            return;
        }
        KeptLease next = lease.next;
        KeptLease previous = lease.previous;
        if (next != null) {
            next.previous = previous;
        }
        if (previous != null) {
            previous.next = next;
        } else {
            int index = index(lease.slot);
            first[index] = next;
            taken.set(index, next != null);
        }
        lease.next = null;
        lease.previous = null;
        lease.slot = KeptLease.NO_SLOT;
    }
}
