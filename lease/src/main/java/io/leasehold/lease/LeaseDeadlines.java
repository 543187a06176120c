package io.leasehold.lease;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * When leases end: the leader's own knowledge, built from the {@link LeaseTable} at promotion and dropped at demotion.
 * Decides which leases have expired and which are to be checkpointed; proposes and answers nothing itself.
 *
 * <p>Belongs to LeaseKeeper's thread. All times are of the {@link LeaseClock}, which starts at 0. The rules are numbered
 * as in the lease design: renewal 3, pins 4, marks 5 and 6, checkpoints 7, promotion 9.
 *
 * <p>Leases lie without gaps in slots of parallel arrays, 30 bytes each; {@link DueHeap} adds 16 and {@link SlotMap} 6
 * to 12. A renewal is a store or two.
 */
public final class LeaseDeadlines {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000L;

    /** Renewals wait for the lease: it is polled for nothing. */
    private static final byte PINNED = 1;
    /** A revoke is under way. */
    private static final byte REVOKE_PROPOSED = 1 << 1;
    /** Its expiry is under way; it is never revived. */
    private static final byte EXPIRY_PROPOSED = 1 << 2;
    /** The newest thing on its way into the log about it is an anchor, so an acknowledgement needs a clear first. */
    private static final byte ANCHORED = 1 << 3;

    private final SlotMap slotOf = new SlotMap(this::idAt);
    private final DueHeap due = new DueHeap(new SlotTimes());
    private long[] id = new long[0];
    private final SplitLongs grantIndex = new SplitLongs(0);
    private long[] ttlMillis = new long[0];
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

    /** Deadlines of no leases. */
    public LeaseDeadlines() {}

    /**
     * Deadlines of a leader just promoted. A lease whose time ran out while nobody led is spared for a grace, once:
     * counted from its end and the leaderless time, so that it does not start anew with each leader.
     *
     * @param leases the table when the leader's own marker had been applied
     * @param nowNanos the time of the promotion
     * @param graceNanos longest grace; a lease gets at most its TTL
     */
    public static LeaseDeadlines promoted(
            LeaseTableImage leases, long nowNanos, long graceNanos, LeaderlessTime leaderless) {
        LeaseDeadlines deadlines = new LeaseDeadlines();
        deadlines.reserve(leases.size());
        deadlines.slotOf.reserve(leases.size());
        leases.forEach(lease -> deadlines.promote(lease, nowNanos, graceNanos, leaderless));
        deadlines.due.orderAll();
        return deadlines;
    }

    /** How many leases there are. */
    public int size() {
        return size;
    }

    /** Whether the lease is there. */
    public boolean contains(long leaseId) {
        return slotOf.get(leaseId) != SlotMap.ABSENT;
    }

    /** Whether the lease is there in just this incarnation. */
    public boolean contains(long leaseId, long atGrantIndex) {
        return slotOf(leaseId, atGrantIndex) != SlotMap.ABSENT;
    }

    /** Adds a lease whose grant was applied at or before {@code nowNanos}; the id must not be there. */
    public void grant(long leaseId, long atGrantIndex, long ttlSeconds, long nowNanos) {
        grantMillis(leaseId, atGrantIndex, ttlSeconds * 1_000, nowNanos);
    }

    /** As {@link #grant}, with a TTL in milliseconds. */
    public void grantMillis(long leaseId, long atGrantIndex, long ttl, long nowNanos) {
        if (contains(leaseId)) {
            throw new IllegalStateException("lease " + leaseId + " was granted twice, the second time at index "
                    + atGrantIndex + ", and did not end in between");
        }
        if (size == id.length) {
            reserve(size + (size >> 3) + LeasePage.SLOTS);
        }
        long end = plus(nowNanos, ttl * NANOS_PER_MILLI);
        due.add(append(leaseId, atGrantIndex, ttl, end, end, 0, ANCHORED));
    }

    /** Forgets the lease; false when it is not there in this incarnation. */
    public boolean end(long leaseId, long atGrantIndex) {
        int slot = slotOf(leaseId, atGrantIndex);
        if (slot == SlotMap.ABSENT) {
            return false;
        }
        slotOf.remove(leaseId);
        int last = size - 1;
        if (slot != last) {
            long movedId = id[last];
            moveSlot(last, slot);
            slotOf.move(movedId, slot);
        }
        size = last;
        due.remove(slot, last);
        return true;
    }

    /**
     * Renews the lease for a request received at {@code receivedNanos}: it does not end before its TTL has gone from
     * there. Takes effect at once, whether or not the renewal will be acknowledged.
     */
    public Renewed renew(long leaseId, long receivedNanos) {
        int slot = slotOf.get(leaseId);
        if (slot == SlotMap.ABSENT) {
            return Renewed.ABSENT;
        }
        if (is(slot, REVOKE_PROPOSED | EXPIRY_PROPOSED)) {
            return Renewed.ENDING;
        }
        long end = plus(receivedNanos, ttlNanos(slot));
        long endBefore = endNanos(slot);
        deadlineNanos[slot] = Math.max(deadlineNanos[slot], end);
        if (endNanos != null) {
            endNanos[slot] = Math.max(endBefore, end);
        }
        if (end > endBefore) {
            nextStep[slot] = 0;
        }
        due.changed(slot);
        return is(slot, ANCHORED) ? Renewed.ANCHORED : Renewed.CLEAR;
    }

    /** Notes that a clear of the lease's anchor is on its way into the log; nothing if the incarnation is gone. */
    public void clearProposed(long leaseId, long atGrantIndex) {
        mark(slotOf(leaseId, atGrantIndex), ANCHORED, false);
    }

    /** Notes that the clear did not make it: the next renewal needs another. */
    public void clearRefused(long leaseId, long atGrantIndex) {
        mark(slotOf(leaseId, atGrantIndex), ANCHORED, true);
    }

    /** Whether renewals wait for the lease: while they do it is not polled. Nothing if it is not there. */
    public void pin(long leaseId, boolean pinned) {
        mark(slotOf.get(leaseId), PINNED, pinned);
    }

    /** Whether a revoke of the lease is under way: while it is, the lease is not polled and not renewed. */
    public void markRevoke(long leaseId, boolean proposed) {
        mark(slotOf.get(leaseId), REVOKE_PROPOSED, proposed);
    }

    /**
     * Hands over what is due at {@code nowNanos}, in the order it was due and then by id, and marks it. A lease that is
     * pinned or ending is passed over.
     *
     * @param limit how many leases to look at at most
     * @return how many were looked at; {@code limit} when there may be more
     */
    public int poll(long nowNanos, int limit, DueLeases sink) {
        int polled = 0;
        while (polled < limit) {
            int slot = due.first();
            if (slot == SlotMap.ABSENT || dueNanos(slot) > nowNanos) {
                break;
            }
            if (deadlineNanos[slot] <= nowNanos) {
                marks[slot] |= EXPIRY_PROPOSED;
                sink.expired(id[slot], grantIndex.get(slot));
            } else {
                checkpoint(slot, nowNanos, sink);
            }
            polled++;
        }
        return polled;
    }

    /**
     * A checkpoint was refused: it is due again now, with what is left by then, unless the lease was renewed or the end
     * is near. Nothing if the incarnation is gone.
     */
    public void checkpointRefused(long leaseId, long atGrantIndex, long nowNanos) {
        int slot = slotOf(leaseId, atGrantIndex);
        if (slot == SlotMap.ABSENT) {
            return;
        }
        long left = endNanos(slot) - nowNanos;
        if (left >= CheckpointSchedule.LEFT_NANOS_MIN) {
            nextStep[slot] = (byte) Math.max(0, CheckpointSchedule.passed(ttlNanos(slot), left) - 1);
            due.changed(slot);
        }
    }

    /** When the earliest lease is due for anything; {@link Long#MAX_VALUE} for never. */
    public long nextDueNanos() {
        int slot = due.first();
        return slot == SlotMap.ABSENT ? Long.MAX_VALUE : dueNanos(slot);
    }

    /** Granted TTL of a lease that is there, in whole seconds, cut; never 0. */
    public long ttlSeconds(long leaseId) {
        return ttlMillis(leaseId) / 1_000;
    }

    /** Granted TTL of a lease that is there. */
    public long ttlMillis(long leaseId) {
        return ttlMillis[present(leaseId)];
    }

    /** Grant index of a lease that is there. */
    public long grantIndex(long leaseId) {
        return grantIndex.get(present(leaseId));
    }

    /** When a lease that is there expires, lease-clock time. */
    public long deadlineNanos(long leaseId) {
        return deadlineNanos[present(leaseId)];
    }

    /** Whether a lease that is there was handed over as expired. */
    public boolean isExpiryProposed(long leaseId) {
        return is(present(leaseId), EXPIRY_PROPOSED);
    }

    /** Whole seconds left of a lease that is there, cut toward zero; negative when its end is late. */
    public long remainingSeconds(long leaseId, long nowNanos) {
        return (deadlineNanos[present(leaseId)] - nowNanos) / NANOS_PER_SECOND;
    }

    /** All ids; the same position in {@link #deadlines} has the deadline. */
    public long[] ids() {
        return Arrays.copyOf(id, size);
    }

    /** All deadlines, lease-clock time, in the order of {@link #ids}. */
    public long[] deadlines() {
        return Arrays.copyOf(deadlineNanos, size);
    }

    /** All granted TTLs in milliseconds, in the order of {@link #ids}. */
    public long[] ttlsMillis() {
        return Arrays.copyOf(ttlMillis, size);
    }

    /** Throws when an invariant does not hold: for tests. */
    void check() {
        due.check();
        for (int slot = 0; slot < size; slot++) {
            if (slotOf.get(id[slot]) != slot || endNanos(slot) > deadlineNanos[slot]) {
                throw new IllegalStateException("lease " + id[slot] + " in slot " + slot);
            }
        }
    }

    private void promote(LeaseView lease, long nowNanos, long graceNanos, LeaderlessTime leaderless) {
        long ttlNanos = lease.ttlMillis() * NANOS_PER_MILLI;
        long end = plus(lease.anchorNanos(), millisToNanos(lease.anchor().leftMillis()));
        long grace = Math.min(ttlNanos, graceNanos);
        long leaderlessNanos = leaderless.between(lease.anchorNanos(), nowNanos);
        long spared = Math.min(plus(nowNanos, grace), plus(end, grace + leaderlessNanos));
        byte mark = lease.anchor().cleared() ? 0 : ANCHORED;
        int step = CheckpointSchedule.passed(ttlNanos, end - nowNanos);
        due.appendUnordered(
                append(lease.id(), lease.grantIndex(), lease.ttlMillis(), Math.max(end, spared), end, step, mark));
    }

    /** One checkpoint that has come due; none is made when too little is left by now. */
    private void checkpoint(int slot, long nowNanos, DueLeases sink) {
        long left = endNanos(slot) - nowNanos;
        if (left < CheckpointSchedule.LEFT_NANOS_MIN) {
            nextStep[slot] = CheckpointSchedule.STEPS_MAX;
            return;
        }
        nextStep[slot] = (byte) CheckpointSchedule.passed(ttlNanos(slot), left);
        marks[slot] |= ANCHORED;
        sink.checkpointDue(id[slot], grantIndex.get(slot), Math.ceilDiv(left, NANOS_PER_MILLI));
    }

    private long dueNanos(int slot) {
        if (is(slot, PINNED | REVOKE_PROPOSED | EXPIRY_PROPOSED)) {
            return Long.MAX_VALUE;
        }
        long checkpoint = CheckpointSchedule.dueNanos(ttlNanos(slot), endNanos(slot), nextStep[slot]);
        return Math.min(deadlineNanos[slot], checkpoint);
    }

    private void mark(int slot, byte mark, boolean set) {
        if (slot != SlotMap.ABSENT) {
            marks[slot] = (byte) (set ? marks[slot] | mark : marks[slot] & ~mark);
            due.changed(slot);
        }
    }

    private boolean is(int slot, int anyOf) {
        return (marks[slot] & anyOf) != 0;
    }

    private int append(long leaseId, long index, long ttl, long deadline, long end, int step, byte mark) {
        int slot = size;
        id[slot] = leaseId;
        grantIndex.set(slot, index);
        ttlMillis[slot] = ttl;
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
        slotOf.add(slot);
        return slot;
    }

    private void moveSlot(int from, int to) {
        id[to] = id[from];
        grantIndex.set(to, grantIndex.get(from));
        ttlMillis[to] = ttlMillis[from];
        deadlineNanos[to] = deadlineNanos[from];
        if (endNanos != null) {
            endNanos[to] = endNanos[from];
        }
        nextStep[to] = nextStep[from];
        marks[to] = marks[from];
    }

    private void reserve(int slots) {
        id = Arrays.copyOf(id, slots);
        grantIndex.resize(slots);
        ttlMillis = Arrays.copyOf(ttlMillis, slots);
        deadlineNanos = Arrays.copyOf(deadlineNanos, slots);
        if (endNanos != null) {
            endNanos = Arrays.copyOf(endNanos, slots);
        }
        nextStep = Arrays.copyOf(nextStep, slots);
        marks = Arrays.copyOf(marks, slots);
        due.reserve(slots);
    }

    private int slotOf(long leaseId, long atGrantIndex) {
        int slot = slotOf.get(leaseId);
        return slot != SlotMap.ABSENT && grantIndex.get(slot) == atGrantIndex ? slot : SlotMap.ABSENT;
    }

    private int present(long leaseId) {
        int slot = slotOf.get(leaseId);
        if (slot == SlotMap.ABSENT) {
            throw new IllegalStateException("lease " + leaseId + " has no deadline");
        }
        return slot;
    }

    private long idAt(int slot) {
        return id[slot];
    }

    private long endNanos(int slot) {
        return endNanos == null ? deadlineNanos[slot] : endNanos[slot];
    }

    private long ttlNanos(int slot) {
        return ttlMillis[slot] * NANOS_PER_MILLI;
    }

    private static long millisToNanos(long millis) {
        return millis > Long.MAX_VALUE / NANOS_PER_MILLI ? Long.MAX_VALUE : millis * NANOS_PER_MILLI;
    }

    /** The sum, or the greatest long: the longest TTL leaves room for seven years of the clock only. */
    private static long plus(long timeNanos, long durationNanos) {
        long sum = timeNanos + durationNanos;
        return sum < timeNanos ? Long.MAX_VALUE : sum;
    }

    /** What a renewal met. */
    public enum Renewed {
        /** No such lease here. */
        ABSENT,
        /** Its revoke or expiry is under way: not renewed. */
        ENDING,
        /** Renewed, but to be acknowledged only when its anchor was cleared by the log. */
        ANCHORED,
        /** Renewed; its anchor is cleared or a clear is already on its way. */
        CLEAR
    }

    private final class SlotTimes implements DueHeap.Times {
        @Override
        public long dueNanos(int slot) {
            return LeaseDeadlines.this.dueNanos(slot);
        }

        @Override
        public long id(int slot) {
            return id[slot];
        }
    }
}
