package io.leasehold.lease;

import io.leasehold.protocol.ByteSequence;
import java.io.DataInput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The leases there are: id, TTL, grant index, anchor and attached keys. Replicated state, changed by applying the log
 * alone and equal on all members at the same index, but for the local times at which anchors were applied.
 *
 * <p>Belongs to the Applier's thread. Never decides when a lease ends; {@link LeaseDeadlines} does, on the leader.
 *
 * <p>Leases lie without gaps in slots of {@link LeasePage}s: the last one moves into the place of one that ends. So a
 * walk is linear, memory follows the number of leases, and {@link #image()} only notes the pages.
 */
public final class LeaseTable {
    private final SlotMap slotOf = new SlotMap(this::idAt);
    private final AttachedKeys keys = new AttachedKeys();
    private LeasePage[] pages = new LeasePage[0];
    private int size;
    private long images;

    /** Whether the lease exists; false for 0, which is no lease. */
    public boolean contains(long id) {
        return slotOf.get(id) != SlotMap.ABSENT;
    }

    /** The lease, or empty when there is none of that id. */
    public Optional<LeaseView> lease(long id) {
        int slot = slotOf.get(id);
        return slot == SlotMap.ABSENT
                ? Optional.empty()
                : Optional.of(page(slot).view(slot & LeasePage.SLOT_MASK));
    }

    /** How many leases there are. */
    public int size() {
        return size;
    }

    /**
     * Adds a lease anchored by its grant.
     *
     * @param id not 0 and not there yet (see {@link LeaseLimits#refusal}); anything else is a bug of the caller
     * @param ttlSeconds effective TTL, 1 to {@link LeaseLimits#TTL_SECONDS_MAX}
     * @param grantIndex log index of the grant
     * @param nowNanos lease-clock time
     */
    public void grant(long id, long ttlSeconds, long grantIndex, long nowNanos) {
        grantMillis(id, ttlSeconds * 1_000, grantIndex, nowNanos);
    }

    /**
     * As {@link #grant}, with a TTL in milliseconds.
     *
     * @param ttlMillis {@link LeaseLimits#TTL_MILLIS_MIN} to {@link LeaseLimits#TTL_MILLIS_MAX}
     */
    public void grantMillis(long id, long ttlMillis, long grantIndex, long nowNanos) {
        Anchor anchor = new Anchor(Anchor.Kind.GRANT, ttlMillis, false);
        add(new LeaseView(id, ttlMillis, grantIndex, anchor, nowNanos));
    }

    /** Ends the lease and returns its keys in bytewise order; empty also when there is no such lease. */
    public List<ByteSequence> revoke(long id) {
        int slot = slotOf.get(id);
        if (slot == SlotMap.ABSENT) {
            return List.of();
        }
        List<ByteSequence> attached = keys.sorted(slot);
        slotOf.remove(id);
        int last = size - 1;
        if (slot != last) {
            long movedId = idAt(last);
            writablePage(slot).copySlot(page(last), last & LeasePage.SLOT_MASK, slot & LeasePage.SLOT_MASK);
            keys.move(last, slot);
            slotOf.move(movedId, slot);
        } else {
            keys.release(slot);
        }
        size = last;
        if ((last & LeasePage.SLOT_MASK) == 0) {
            pages = Arrays.copyOf(pages, pages.length - 1);
            slotOf.trim();
        }
        return attached;
    }

    /**
     * Notes that {@code key} now belongs to the lease. The caller has detached it from any other.
     *
     * @throws IllegalStateException if there is no such lease: a live key must never name one
     */
    public void attach(long id, ByteSequence key) {
        int slot = slotOf.get(id);
        if (slot == SlotMap.ABSENT) {
            throw new IllegalStateException("key " + key + " names lease " + id + ", which does not exist");
        }
        keys.add(slot, key);
    }

    /** Forgets that {@code key} belongs to the lease; nothing happens when it does not, or there is no such lease. */
    public void detach(long id, ByteSequence key) {
        int slot = slotOf.get(id);
        if (slot != SlotMap.ABSENT) {
            keys.remove(slot, key);
        }
    }

    /** The lease's keys in bytewise order; empty when it has none or does not exist. */
    public List<ByteSequence> keys(long id) {
        int slot = slotOf.get(id);
        return slot == SlotMap.ABSENT ? List.of() : keys.sorted(slot);
    }

    /** How many keys the lease has, without listing them; 0 when it does not exist. */
    public int keyCount(long id) {
        int slot = slotOf.get(id);
        return slot == SlotMap.ABSENT ? 0 : keys.count(slot);
    }

    /** Whether the lease exists in just this incarnation. */
    public boolean contains(long id, long grantIndex) {
        return slotOf(id, grantIndex) != SlotMap.ABSENT;
    }

    /**
     * Anchors the lease anew: {@code leftMillis} are left of it. The caller has checked the command's term.
     *
     * @return false, and nothing changes, if it does not exist or was granted at another index
     */
    public boolean checkpoint(long id, long grantIndex, long leftMillis, long nowNanos) {
        int slot = slotOf(id, grantIndex);
        if (slot == SlotMap.ABSENT) {
            return false;
        }
        anchor(slot, new Anchor(Anchor.Kind.CHECKPOINT, leftMillis, false), nowNanos);
        return true;
    }

    /**
     * Clears the lease's anchor: renewals were acknowledged since. The caller has checked the command's term.
     *
     * @return false, and nothing changes, if it does not exist or was granted at another index
     */
    public boolean clear(long id, long grantIndex) {
        int slot = slotOf(id, grantIndex);
        if (slot == SlotMap.ABSENT) {
            return false;
        }
        int at = slot & LeasePage.SLOT_MASK;
        if (!page(slot).isCleared(at)) {
            writablePage(slot).clear(at);
        }
        return true;
    }

    /** A new leader's first entry: every lease without an uncleared anchor gets its whole TTL from here on. */
    public void marker(long nowNanos) {
        for (int slot = 0; slot < size; slot++) {
            LeasePage page = page(slot);
            int at = slot & LeasePage.SLOT_MASK;
            if (page.isCleared(at)) {
                Anchor anchor = new Anchor(Anchor.Kind.MARKER, page.ttlMillis.get(at), false);
                anchor(slot, anchor, nowNanos);
            }
        }
    }

    /** Visits every lease, in no order that means anything. The consumer must not change the table. */
    public void forEach(Consumer<LeaseView> consumer) {
        for (int slot = 0; slot < size; slot++) {
            consumer.accept(page(slot).view(slot & LeasePage.SLOT_MASK));
        }
    }

    /** All leases as they are now, without their keys; costs a few bytes per thousand leases. */
    public LeaseTableImage image() {
        images++;
        return new LeaseTableImage(pages.clone(), size);
    }

    /**
     * Reads what {@link LeaseTableImage#encode} wrote. Keys are not in it: the caller attaches them again from the live
     * store. Anchors count from {@code nowNanos}, because the time they were applied at is lost.
     *
     * @throws IOException if the input ends early, is of a newer version or makes no sense
     */
    public static LeaseTable restore(DataInput in, long nowNanos) throws IOException {
        LeaseTable table = new LeaseTable();
        LeaseTableCodec.decode(in, nowNanos, table);
        return table;
    }

    /** Pages in use, which is what the table's memory goes by. */
    int pageCount() {
        return pages.length;
    }

    void add(LeaseView lease) {
        if (lease.id() == 0 || contains(lease.id())) {
            throw new IllegalStateException("cannot grant lease " + lease.id() + ": it is 0 or exists");
        }
        if (lease.ttlMillis() < LeaseLimits.TTL_MILLIS_MIN || lease.ttlMillis() > LeaseLimits.TTL_MILLIS_MAX) {
            throw new IllegalStateException("lease " + lease.id() + " with a TTL of " + lease.ttlMillis() + " ms");
        }
        int slot = size;
        if (slot >> LeasePage.SLOTS_LOG2 == pages.length) {
            pages = Arrays.copyOf(pages, pages.length + 1);
            pages[pages.length - 1] = new LeasePage(images);
        }
        keys.reserve(slot);
        LeasePage page = writablePage(slot);
        int at = slot & LeasePage.SLOT_MASK;
        page.id[at] = lease.id();
        page.ttlMillis.set(at, lease.ttlMillis());
        page.grantIndex.set(at, lease.grantIndex());
        page.anchor(at, lease.anchor(), lease.anchorNanos());
        slotOf.add(slot);
        size++;
    }

    private void anchor(int slot, Anchor anchor, long nowNanos) {
        writablePage(slot).anchor(slot & LeasePage.SLOT_MASK, anchor, nowNanos);
    }

    private int slotOf(long id, long grantIndex) {
        int slot = slotOf.get(id);
        boolean same = slot != SlotMap.ABSENT && page(slot).grantIndex.get(slot & LeasePage.SLOT_MASK) == grantIndex;
        return same ? slot : SlotMap.ABSENT;
    }

    private long idAt(int slot) {
        return page(slot).id[slot & LeasePage.SLOT_MASK];
    }

    private LeasePage page(int slot) {
        return pages[slot >> LeasePage.SLOTS_LOG2];
    }

    private LeasePage writablePage(int slot) {
        int number = slot >> LeasePage.SLOTS_LOG2;
        if (pages[number].madeAtImage != images) {
            pages[number] = pages[number].copy(images);
        }
        return pages[number];
    }
}
