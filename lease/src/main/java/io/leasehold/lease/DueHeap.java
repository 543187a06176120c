package io.leasehold.lease;

import java.util.Arrays;

/**
 * A binary heap of slots by the time something is due in them, repaired lazily: when a slot's time moves back, which is
 * what every renewal does, nothing happens here until the slot reaches the top. Ordered by time, then id, so that equal
 * times always come out alike. One thread's.
 */
final class DueHeap {
    private final Times times;
    /** Slots, the first due at 0. Invariant: {@code key[heap[(i - 1) / 2]] <= key[heap[i]]}. */
    private int[] heap = new int[0];
    /** Slot → its place in {@link #heap}. */
    private int[] place = new int[0];
    /** Slot → the time it is ordered by. Invariant: never later than the time it is due. */
    private long[] key = new long[0];

    private int size;

    DueHeap(Times times) {
        this.times = times;
    }

    /** Makes room for slots below {@code slots}. */
    void reserve(int slots) {
        heap = Arrays.copyOf(heap, slots);
        place = Arrays.copyOf(place, slots);
        key = Arrays.copyOf(key, slots);
    }

    /** Adds the slot {@link #size}: slots are without gaps. */
    void add(int slot) {
        appendUnordered(slot);
        siftUp(size - 1);
    }

    /** Adds a slot and leaves the order to {@link #orderAll}. */
    void appendUnordered(int slot) {
        key[slot] = times.dueNanos(slot);
        put(size, slot);
        size++;
    }

    /** Puts all in order at once: O(n). */
    void orderAll() {
        for (int at = size / 2 - 1; at >= 0; at--) {
            siftDown(at);
        }
    }

    /** To be called when the slot's time has changed; does something only if it is due earlier than before. */
    void changed(int slot) {
        long due = times.dueNanos(slot);
        if (due < key[slot]) {
            key[slot] = due;
            siftUp(place[slot]);
        }
    }

    /** Takes the slot out and lets {@code last}, the highest slot, become {@code slot}, whose id is already moved. */
    void remove(int slot, int last) {
        int hole = place[slot];
        size--;
        if (hole != size) {
            put(hole, heap[size]);
            repair(hole);
        }
        if (slot != last) {
            key[slot] = key[last];
            put(place[last], slot);
        }
    }

    /** The slot that is due first, or {@link SlotMap#ABSENT}. Repairs the order on its way. */
    int first() {
        while (size > 0) {
            int slot = heap[0];
            long due = times.dueNanos(slot);
            if (due == key[slot]) {
                return slot;
            }
            key[slot] = due;
            siftDown(0);
        }
        return SlotMap.ABSENT;
    }

    /** Throws when an invariant does not hold: for tests. */
    void check() {
        for (int at = 0; at < size; at++) {
            int slot = heap[at];
            boolean ordered = at == 0 || !comesBefore(slot, heap[(at - 1) / 2]);
            if (place[slot] != at || !ordered || key[slot] > times.dueNanos(slot)) {
                throw new IllegalStateException("slot " + slot + " at " + at + " of " + size + " is out of order");
            }
        }
    }

    private void repair(int at) {
        siftUp(at);
        siftDown(at);
    }

    private void siftUp(int from) {
        int at = from;
        int slot = heap[at];
        while (at > 0 && comesBefore(slot, heap[(at - 1) / 2])) {
            put(at, heap[(at - 1) / 2]);
            at = (at - 1) / 2;
        }
        put(at, slot);
    }

    private void siftDown(int from) {
        int at = from;
        int slot = heap[at];
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && comesBefore(heap[child + 1], heap[child])) {
                child++;
            }
            if (!comesBefore(heap[child], slot)) {
                break;
            }
            put(at, heap[child]);
            at = child;
        }
        put(at, slot);
    }

    private boolean comesBefore(int a, int b) {
        return key[a] != key[b] ? key[a] < key[b] : times.id(a) < times.id(b);
    }

    private void put(int at, int slot) {
        heap[at] = slot;
        place[slot] = at;
    }

    /** What the heap asks of the owner of the slots. */
    interface Times {
        /** When the slot is due: lease-clock nanoseconds, {@link Long#MAX_VALUE} for never. */
        long dueNanos(int slot);

        /** The lease in the slot. */
        long id(int slot);
    }
}
