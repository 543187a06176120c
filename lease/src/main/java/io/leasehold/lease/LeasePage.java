package io.leasehold.lease;

/**
 * A fixed number of leases as parallel arrays: 29 bytes each. Pages are shared with {@link LeaseTableImage}s and copied
 * before a change, so that an image costs its pages' references. Owned by the table; frozen once an image has it.
 */
final class LeasePage {
    static final int SLOTS_LOG2 = 10;
    static final int SLOTS = 1 << SLOTS_LOG2;
    static final int SLOT_MASK = SLOTS - 1;

    private static final int CLEARED_BIT = 0x80;

    /** The table's image count when this page was made: older than the newest image means shared. */
    final long madeAtImage;

    final long[] id;
    final SplitLongs ttlMillis;
    final SplitLongs grantIndex;
    private final SplitLongs leftMillis;
    final long[] anchorNanos;
    /** Number of the anchor's kind, and {@link #CLEARED_BIT}. */
    private final byte[] state;

    LeasePage(long madeAtImage) {
        this.madeAtImage = madeAtImage;
        id = new long[SLOTS];
        ttlMillis = new SplitLongs(SLOTS);
        grantIndex = new SplitLongs(SLOTS);
        leftMillis = new SplitLongs(SLOTS);
        anchorNanos = new long[SLOTS];
        state = new byte[SLOTS];
    }

    private LeasePage(LeasePage source, long madeAtImage) {
        this.madeAtImage = madeAtImage;
        id = source.id.clone();
        ttlMillis = source.ttlMillis.copy();
        grantIndex = source.grantIndex.copy();
        leftMillis = source.leftMillis.copy();
        anchorNanos = source.anchorNanos.clone();
        state = source.state.clone();
    }

    LeasePage copy(long atImage) {
        return new LeasePage(this, atImage);
    }

    void anchor(int at, Anchor anchor, long nowNanos) {
        leftMillis.set(at, anchor.leftMillis());
        anchorNanos[at] = nowNanos;
        int kind = anchor.kind().number();
        state[at] = (byte) (anchor.cleared() ? kind | CLEARED_BIT : kind);
    }

    void clear(int at) {
        state[at] |= (byte) CLEARED_BIT;
    }

    boolean isCleared(int at) {
        return (state[at] & CLEARED_BIT) != 0;
    }

    /** Kind and cleared bit, as they are stored. */
    int stateByte(int at) {
        return state[at] & 0xff;
    }

    long leftMillis(int at) {
        return leftMillis.get(at);
    }

    static Anchor decodeAnchor(int stateByte, long leftMillis) {
        return new Anchor(Anchor.Kind.of(stateByte & ~CLEARED_BIT), leftMillis, (stateByte & CLEARED_BIT) != 0);
    }

    void copySlot(LeasePage source, int from, int to) {
        id[to] = source.id[from];
        ttlMillis.set(to, source.ttlMillis.get(from));
        grantIndex.set(to, source.grantIndex.get(from));
        leftMillis.set(to, source.leftMillis.get(from));
        anchorNanos[to] = source.anchorNanos[from];
        state[to] = source.state[from];
    }

    LeaseView view(int at) {
        return new LeaseView(
                id[at],
                ttlMillis.get(at),
                grantIndex.get(at),
                decodeAnchor(stateByte(at), leftMillis.get(at)),
                anchorNanos[at]);
    }
}
