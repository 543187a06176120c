package io.leasehold.server.replica.lease;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * How many revokes of each lease id are under way in the log. Counted, and kept by id over grants and reigns: a revoke
 * may be in the log behind the grant it is meant for, or behind a marker, before this member has applied either. The
 * keeper's thread alone.
 */
final class RevokeMarks {
    private final Map<Long, Integer> underWay = new HashMap<>();
    /** Ids of those counted whose end will not be told, once for each. */
    private final List<Long> lost = new ArrayList<>();

    void proposed(long leaseId) {
        underWay.merge(leaseId, 1, Integer::sum);
    }

    /** One of them was refused or applied. */
    void settled(long leaseId) {
        underWay.computeIfPresent(leaseId, (id, count) -> count == 1 ? null : count - 1);
    }

    /** Nobody will tell what becomes of one of them. */
    void lost(long leaseId) {
        lost.add(leaseId);
    }

    /** A promotion: whatever was lost is applied by now, or never will be. */
    void forgetLost() {
        lost.forEach(this::settled);
        lost.clear();
    }

    boolean isMarked(long leaseId) {
        return underWay.containsKey(leaseId);
    }

    void forEach(LongConsumer consumer) {
        underWay.keySet().forEach(consumer::accept);
    }
}
