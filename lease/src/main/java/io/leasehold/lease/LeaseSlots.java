package io.leasehold.lease;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a leader knows of each lease, without gaps in slots of parallel arrays: 26 bytes a lease. One thread's.
 */
final class LeaseSlots implements DueHeap.Times {
    private static final long NANOS_PER_MILLI = 1_000_000L;

    /** Renewals wait for the lease: it is polled for nothing. */
    static final byte PINNED = 1;
    /** A revoke is under way. */
    static final byte REVOKE_PROPOSED = 1 << 1;
    /** Its expiry is under way; it is never revived. */
    static final byte EXPIRY_PROPOSED = 1 << 2;
    /** The newest thing on its way into the log about it is an anchor, so an acknowledgement needs a clear first. */
    static final byte ANCHORED = 1 << 3;

    private long[] id = new long[0];
    private final SplitLongs grantIndex = new SplitLongs(0);
    private final SplitLongs ttlMillis = new SplitLongs(0);
    /** When the lease expires, grace of the promotion included. */
    private long[] deadlineNanos = new long[0];
    /**
     * When it ends by its anchor or last renewal alone: what checkpoints say. Invariant: {@code <= deadlineNanos}. Null
     * until a promotion spares a lease beyond its end: that long the deadline says it for all.
     */
    private long @Nullable [] endNanos;

    private byte[] marks = new byte[0];
    /** Number of the next checkpoint, {@link CheckpointSchedule#STEPS_MAX} when there is none. */
    private byte[] nextStep = new byte[0];

    private int size;

    /** Slots in use: 0 to this, exclusive. */
    int size() {
        return size;
    }

    /** Whether {@link #append} needs a {@link #reserve} first. */
    boolean isFull() {
        return size == id.length;
    }

    /** Makes room for {@code length} slots. */
    void reserve(int length) {
        id = Arrays.copyOf(id, length);
        grantIndex.resize(length);
        ttlMillis.resize(length);
        deadlineNanos = Arrays.copyOf(deadlineNanos, length);
        if (endNanos != null) {
            endNanos = Arrays.copyOf(endNanos, length);
        }
        nextStep = Arrays.copyOf(nextStep, length);
        marks = Arrays.copyOf(marks, length);
    }

    /** Fills the slot {@link #size} and returns its number. */
    int append(long leaseId, long index, long ttl, long deadline, long end, int step, byte mark) {
        int slot = size;
        id[slot] = leaseId;
        grantIndex.set(slot, index);
        ttlMillis.set(slot, ttl);
        deadlineNanos[slot] = deadline;
        if (end < deadline && endNanos == null) {
            endNanos = Arrays.copyOf(deadlineNanos, deadlineNanos.length);
        }
        if (endNanos != null) {
            endNanos[slot] = end;
        }
        nextStep[slot] = (byte) step;
        marks[slot] = mark;
        size++;
        return slot;
    }

    /** Empties the slot by moving the highest one there. */
    void remove(int slot) {
        size--;
        if (slot == size) {
            return;
        }
        id[slot] = id[size];
        grantIndex.set(slot, grantIndex.get(size));
        ttlMillis.set(slot, ttlMillis.get(size));
        deadlineNanos[slot] = deadlineNanos[size];
        if (endNanos != null) {
            endNanos[slot] = endNanos[size];
        }
        nextStep[slot] = nextStep[size];
        marks[slot] = marks[size];
    }

    /** Moves the end of the lease back to {@code end}, never forward; if it does, checkpoints begin anew. */
    void renew(int slot, long end) {
        long endBefore = endNanos(slot);
        deadlineNanos[slot] = Math.max(deadlineNanos[slot], end);
        if (endNanos != null) {
            endNanos[slot] = Math.max(endBefore, end);
        }
        if (end > endBefore) {
            nextStep[slot] = 0;
        }
    }

    void mark(int slot, byte mark, boolean set) {
        marks[slot] = (byte) (set ? marks[slot] | mark : marks[slot] & ~mark);
    }

    boolean is(int slot, int anyOf) {
        return (marks[slot] & anyOf) != 0;
    }

    void nextStep(int slot, int step) {
        nextStep[slot] = (byte) step;
    }

    /** When the lease is next to be looked at: for its expiry or a checkpoint, or never while something is under way. */
    @Override
    public long dueNanos(int slot) {
        if (is(slot, PINNED | REVOKE_PROPOSED | EXPIRY_PROPOSED)) {
            return Long.MAX_VALUE;
        }
        long checkpoint = CheckpointSchedule.dueNanos(ttlNanos(slot), endNanos(slot), nextStep[slot]);
        return Math.min(deadlineNanos[slot], checkpoint);
    }

    @Override
    public long id(int slot) {
        return id[slot];
    }

    long grantIndex(int slot) {
        return grantIndex.get(slot);
    }

    long ttlMillis(int slot) {
        return ttlMillis.get(slot);
    }

    long ttlNanos(int slot) {
        return ttlMillis.get(slot) * NANOS_PER_MILLI;
    }

    long deadlineNanos(int slot) {
        return deadlineNanos[slot];
    }

    long endNanos(int slot) {
        return endNanos == null ? deadlineNanos[slot] : endNanos[slot];
    }

    long[] ids() {
        return Arrays.copyOf(id, size);
    }

    long[] deadlines() {
        return Arrays.copyOf(deadlineNanos, size);
    }

    long[] ttlsMillis() {
        long[] copy = new long[size];
        for (int slot = 0; slot < size; slot++) {
            copy[slot] = ttlMillis.get(slot);
        }
        return copy;
    }
}
