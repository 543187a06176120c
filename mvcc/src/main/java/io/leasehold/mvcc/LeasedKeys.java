package io.leasehold.mvcc;

import java.util.Set;

/**
 * Which keys of a store that has just been opened have a lease. Of the segments in which no record names one no record is read
 * for it: an index full of keys without leases costs nothing.
 *
 * @param root the index as it was built
 * @param segmentIds those in which a record, live or not, names a lease
 */
record LeasedKeys(Node root, Set<Long> segmentIds) {
    /** No key has one. Holds on to no index. */
    static final LeasedKeys NONE = new LeasedKeys(Leaf.empty(new Node.Edit()), Set.of());

    LeasedKeys {
        segmentIds = Set.copyOf(segmentIds);
    }

    static LeasedKeys of(Node root, Set<Long> segmentIds) {
        return segmentIds.isEmpty() ? NONE : new LeasedKeys(root, segmentIds);
    }

    /** Calls for each of them that is alive, in key order. */
    void forEach(SegmentLog log, LeasedKeyConsumer consumer) {
        root.walk(null, null, true, (leaf, from, to) -> {
            for (int i = from; i < to; i++) {
                long position = leaf.newestPosition(i);
                if (!Position.isTombstone(position) && segmentIds.contains(Position.segmentId(position))) {
                    long leaseId = log.readUnchecked(position).leaseId();
                    if (leaseId != 0) {
                        consumer.accept(leaf.key(i), leaseId);
                    }
                }
            }
            return true;
        });
    }
}
