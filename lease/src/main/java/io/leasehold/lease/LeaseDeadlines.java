package io.leasehold.lease;

/**
 * When leases end: the leader's own knowledge, built from the {@link LeaseTable} at promotion and dropped at demotion.
 * Decides which leases have expired and which are to be checkpointed; proposes and answers nothing itself.
 *
 * <p>Belongs to LeaseKeeper's thread. All times are of the {@link LeaseClock}, which starts at 0. The rules are numbered
 * as in the lease design: renewal 3, pins 4, marks 5 and 6, checkpoints 7, promotion 9.
 *
 * <p>{@link LeaseSlots} takes 26 bytes a lease, {@link DueHeap} 16 and {@link SlotMap} 6 to 12. A renewal is a store or two.
 */
public final class LeaseDeadlines {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private final LeaseSlots slots = new LeaseSlots();
    private final SlotMap slotOf = new SlotMap(slots::id);
    private final DueHeap due = new DueHeap(slots);

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
        LeasePromotion promotion = new LeasePromotion(leases, nowNanos, graceNanos, leaderless);
        promotion.some(Integer.MAX_VALUE);
        return promotion.deadlines();
    }

    /** How many leases there are. */
    public int size() {
        return slots.size();
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
        long end = plus(nowNanos, ttl * NANOS_PER_MILLI);
        due.add(append(leaseId, atGrantIndex, ttl, end, end, 0, LeaseSlots.ANCHORED));
    }

    /** Forgets the lease; false when it is not there in this incarnation. */
    public boolean end(long leaseId, long atGrantIndex) {
        int slot = slotOf(leaseId, atGrantIndex);
        if (slot == SlotMap.ABSENT) {
            return false;
        }
        slotOf.remove(leaseId);
        int last = slots.size() - 1;
        long lastId = slots.id(last);
        slots.remove(slot);
        if (slot != last) {
            slotOf.move(lastId, slot);
        }
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
        if (slots.is(slot, LeaseSlots.REVOKE_PROPOSED | LeaseSlots.EXPIRY_PROPOSED)) {
            return Renewed.ENDING;
        }
        slots.renew(slot, plus(receivedNanos, slots.ttlNanos(slot)));
        due.changed(slot);
        return slots.is(slot, LeaseSlots.ANCHORED) ? Renewed.ANCHORED : Renewed.CLEAR;
    }

    /** Notes that a clear of the lease's anchor is on its way into the log; nothing if the incarnation is gone. */
    public void clearProposed(long leaseId, long atGrantIndex) {
        mark(slotOf(leaseId, atGrantIndex), LeaseSlots.ANCHORED, false);
    }

    /** Notes that the clear did not make it: the next renewal needs another. */
    public void clearRefused(long leaseId, long atGrantIndex) {
        mark(slotOf(leaseId, atGrantIndex), LeaseSlots.ANCHORED, true);
    }

    /** Whether renewals wait for the lease: while they do it is not polled. Nothing if it is not there. */
    public void pin(long leaseId, boolean pinned) {
        mark(slotOf.get(leaseId), LeaseSlots.PINNED, pinned);
    }

    /** Whether a revoke of the lease is under way: while it is, the lease is not polled and not renewed. */
    public void markRevoke(long leaseId, boolean proposed) {
        mark(slotOf.get(leaseId), LeaseSlots.REVOKE_PROPOSED, proposed);
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
            if (slot == SlotMap.ABSENT || slots.dueNanos(slot) > nowNanos) {
                break;
            }
            if (slots.deadlineNanos(slot) <= nowNanos) {
                slots.mark(slot, LeaseSlots.EXPIRY_PROPOSED, true);
                sink.expired(slots.id(slot), slots.grantIndex(slot));
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
        long left = slots.endNanos(slot) - nowNanos;
        if (left >= CheckpointSchedule.LEFT_NANOS_MIN) {
            slots.nextStep(slot, Math.max(0, CheckpointSchedule.passed(slots.ttlNanos(slot), left) - 1));
            due.changed(slot);
        }
    }

    /** When the earliest lease is due for anything; {@link Long#MAX_VALUE} for never. */
    public long nextDueNanos() {
        int slot = due.first();
        return slot == SlotMap.ABSENT ? Long.MAX_VALUE : slots.dueNanos(slot);
    }

    /** Granted TTL of a lease that is there, in whole seconds, cut; never 0. */
    public long ttlSeconds(long leaseId) {
        return ttlMillis(leaseId) / 1_000;
    }

    /** Granted TTL of a lease that is there. */
    public long ttlMillis(long leaseId) {
        return slots.ttlMillis(present(leaseId));
    }

    /** Grant index of a lease that is there. */
    public long grantIndex(long leaseId) {
        return slots.grantIndex(present(leaseId));
    }

    /** When a lease that is there expires, lease-clock time. */
    public long deadlineNanos(long leaseId) {
        return slots.deadlineNanos(present(leaseId));
    }

    /** Whether a lease that is there was handed over as expired. */
    public boolean isExpiryProposed(long leaseId) {
        return slots.is(present(leaseId), LeaseSlots.EXPIRY_PROPOSED);
    }

    /** Whole seconds left of a lease that is there, cut toward zero; negative when its end is late. */
    public long remainingSeconds(long leaseId, long nowNanos) {
        return (slots.deadlineNanos(present(leaseId)) - nowNanos) / NANOS_PER_SECOND;
    }

    /** All ids; the same position in {@link #deadlines} has the deadline. */
    public long[] ids() {
        return slots.ids();
    }

    /** All deadlines, lease-clock time, in the order of {@link #ids}. */
    public long[] deadlines() {
        return slots.deadlines();
    }

    /** All granted TTLs in milliseconds, in the order of {@link #ids}. */
    public long[] ttlsMillis() {
        return slots.ttlsMillis();
    }

    /** Throws when an invariant does not hold: for tests. */
    void check() {
        due.check();
        for (int slot = 0; slot < slots.size(); slot++) {
            if (slotOf.get(slots.id(slot)) != slot || slots.endNanos(slot) > slots.deadlineNanos(slot)) {
                throw new IllegalStateException("lease " + slots.id(slot) + " in slot " + slot);
            }
        }
    }

    /** Makes room for so many leases in all. */
    void reserve(int leases) {
        reserveSlots(leases);
        slotOf.reserve(leases);
    }

    /** Adds a lease and leaves the order of what is due to {@link #orderAll}: until then nothing may be polled. */
    void addUnordered(LeaseView lease, long deadlineNanos, long endNanos, int nextStep) {
        byte mark = lease.anchor().cleared() ? 0 : LeaseSlots.ANCHORED;
        due.appendUnordered(
                append(lease.id(), lease.grantIndex(), lease.ttlMillis(), deadlineNanos, endNanos, nextStep, mark));
    }

    /** Puts in order what is due. */
    void orderAll() {
        due.orderAll();
    }

    /** One checkpoint that has come due; none is made when too little is left by now. */
    private void checkpoint(int slot, long nowNanos, DueLeases sink) {
        long left = slots.endNanos(slot) - nowNanos;
        if (left < CheckpointSchedule.LEFT_NANOS_MIN) {
            slots.nextStep(slot, CheckpointSchedule.STEPS_MAX);
            return;
        }
        slots.nextStep(slot, CheckpointSchedule.passed(slots.ttlNanos(slot), left));
        slots.mark(slot, LeaseSlots.ANCHORED, true);
        sink.checkpointDue(slots.id(slot), slots.grantIndex(slot), Math.ceilDiv(left, NANOS_PER_MILLI));
    }

    private void mark(int slot, byte mark, boolean set) {
        if (slot != SlotMap.ABSENT) {
            slots.mark(slot, mark, set);
            due.changed(slot);
        }
    }

    private int append(long leaseId, long index, long ttlMillis, long deadline, long end, int step, byte mark) {
        if (slots.isFull()) {
            reserveSlots(slots.size() + (slots.size() >> 3) + LeasePage.SLOTS);
        }
        int slot = slots.append(leaseId, index, ttlMillis, deadline, end, step, mark);
        slotOf.add(slot);
        return slot;
    }

    private void reserveSlots(int length) {
        slots.reserve(length);
        due.reserve(length);
    }

    private int slotOf(long leaseId, long atGrantIndex) {
        int slot = slotOf.get(leaseId);
        return slot != SlotMap.ABSENT && slots.grantIndex(slot) == atGrantIndex ? slot : SlotMap.ABSENT;
    }

    private int present(long leaseId) {
        int slot = slotOf.get(leaseId);
        if (slot == SlotMap.ABSENT) {
            throw new IllegalStateException("lease " + leaseId + " has no deadline");
        }
        return slot;
    }

    /** The sum, or the greatest long: the longest TTL leaves room for seven years of the clock only. */
    static long plus(long timeNanos, long durationNanos) {
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
}
