package io.leasehold.lease;

import java.io.DataOutput;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * The leases of one {@link LeaseTable} at one moment, without keys. Immutable, for any thread: a checkpoint writes it
 * out and a new leader builds its deadlines from it while the Applier goes on.
 */
public final class LeaseTableImage {
    private final LeasePage[] pages;
    private final int size;

    LeaseTableImage(LeasePage[] pages, int size) {
        this.pages = pages;
        this.size = size;
    }

    /** How many leases there are. */
    public int size() {
        return size;
    }

    /** The lease at a position, 0 to {@link #size} exclusive; positions mean nothing. */
    public LeaseView lease(int position) {
        return pages[position >> LeasePage.SLOTS_LOG2].view(position & LeasePage.SLOT_MASK);
    }

    /** Visits every lease, in no order that means anything. */
    public void forEach(Consumer<LeaseView> consumer) {
        for (int slot = 0; slot < size; slot++) {
            consumer.accept(pages[slot >> LeasePage.SLOTS_LOG2].view(slot & LeasePage.SLOT_MASK));
        }
    }

    /** Writes a compact, versioned form: about 20 bytes a lease. {@link LeaseTable#restore} reads it. */
    public void encode(DataOutput out) throws IOException {
        LeaseTableCodec.encodeHeader(out, size);
        for (int slot = 0; slot < size; slot++) {
            LeaseTableCodec.encode(out, pages[slot >> LeasePage.SLOTS_LOG2], slot & LeasePage.SLOT_MASK);
        }
    }
}
