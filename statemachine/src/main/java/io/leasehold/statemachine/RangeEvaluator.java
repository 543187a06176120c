package io.leasehold.statemachine;

import io.leasehold.mvcc.KeyValueRecord;
import io.leasehold.mvcc.RangeResult;
import io.leasehold.mvcc.StoreView;
import io.leasehold.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers a read from any view of the store, with etcd's order of filters, sort and limit (kv.md 3.3). Pure; any thread
 * that may use the view.
 */
public final class RangeEvaluator {
    private RangeEvaluator() {}

    /**
     * What a plain read gives; a revision of 0 or less is the current one.
     *
     * @return refused with FUTURE_REVISION or COMPACTED if the revision cannot be read
     */
    public static Outcome.RangeAnswer evaluate(StoreView view, Command.Range range) {
        long currentRevision = view.revision();
        if (range.revision() > 0) {
            if (range.revision() > currentRevision) {
                return new Outcome.Refused(ErrorCode.FUTURE_REVISION);
            }
            if (range.revision() < view.compactedRevision()) {
                return new Outcome.Refused(ErrorCode.COMPACTED);
            }
        }
        return read(view, range, currentRevision);
    }

    /**
     * How many keys {@link #evaluate} has to look at, at most and as things are now: told in O(log n), so that a caller who
     * must not be held up can have a large range read elsewhere.
     */
    public static long keysToRead(StoreView view, Command.Range range) {
        boolean newest = range.revision() <= 0 || range.revision() >= view.revision();
        if (range.range().isSingle() || (newest && range.countOnly())) {
            return 1;
        }
        long keys = view.count(range.range(), 0);
        long limit = fetchLimit(range);
        // What is counted for the answer is counted key by key at an older revision.
        return newest && limit > 0 ? Math.min(keys, limit) : keys;
    }

    /**
     * Why the range of a transaction cannot run on the state before it; null if it can. Unlike in a plain read, a
     * negative revision is below what can be read as soon as anything was compacted, and below -1 always (etcd issue
     * 13871).
     */
    static @Nullable ErrorCode checkInTxn(StoreView before, Command.Range range) {
        if (range.revision() == 0) {
            return null;
        }
        if (range.revision() > before.revision()) {
            return ErrorCode.FUTURE_REVISION;
        }
        long firstReadable = before.compactedRevision() == 0 ? -1 : before.compactedRevision();
        return range.revision() < firstReadable ? ErrorCode.COMPACTED : null;
    }

    /** Reads at a revision that has been checked; the answer's header gets {@code headerRevision}. */
    static Outcome.Ranged read(StoreView view, Command.Range range, long headerRevision) {
        long atRevision = Math.max(0, range.revision());
        if (range.countOnly()) {
            long count = view.count(range.range(), atRevision);
            return new Outcome.Ranged(headerRevision, List.of(), count, false, false);
        }
        RangeResult found = view.range(range.range(), atRevision, fetchLimit(range));
        List<KeyValueRecord> records = sorted(filtered(found.records(), range), range);
        boolean more = range.limit() > 0 && records.size() > range.limit();
        if (more) {
            records = records.subList(0, (int) range.limit());
        }
        return new Outcome.Ranged(headerRevision, records, found.count(), more, range.keysOnly());
    }

    /**
     * One more than asked for, to know whether there are more; everything if a filter or a sort must see it all. Two
     * sorts need not: ascending by key is the order of the store; and without an order etcd sorts by another target
     * only what the limit let through, and so do we.
     */
    private static long fetchLimit(Command.Range range) {
        boolean inStoreOrder = range.sortOrder() == Command.SortOrder.NONE
                || (range.sortOrder() == Command.SortOrder.ASCEND && range.sortTarget() == Command.SortTarget.KEY);
        boolean limited = range.limit() > 0 && range.limit() < Integer.MAX_VALUE;
        return limited && inStoreOrder && !range.hasRevisionFilter() ? range.limit() + 1 : 0;
    }

    private static List<KeyValueRecord> filtered(List<KeyValueRecord> records, Command.Range range) {
        if (!range.hasRevisionFilter()) {
            return records;
        }
        List<KeyValueRecord> kept = new ArrayList<>();
        for (KeyValueRecord record : records) {
            if (within(record.modRevision(), range.minModRevision(), range.maxModRevision())
                    && within(record.createRevision(), range.minCreateRevision(), range.maxCreateRevision())) {
                kept.add(record);
            }
        }
        return kept;
    }

    private static boolean within(long revision, long min, long max) {
        return (min == 0 || revision >= min) && (max == 0 || revision <= max);
    }

    private static List<KeyValueRecord> sorted(List<KeyValueRecord> records, Command.Range range) {
        boolean descending = range.sortOrder() == Command.SortOrder.DESCEND;
        if (range.sortTarget() == Command.SortTarget.KEY) {
            return descending ? records.reversed() : records;
        }
        Comparator<KeyValueRecord> order = comparator(range.sortTarget());
        List<KeyValueRecord> sorted = new ArrayList<>(records);
        sorted.sort(descending ? order.reversed() : order);
        return sorted;
    }

    private static Comparator<KeyValueRecord> comparator(Command.SortTarget target) {
        return switch (target) {
            case KEY -> Comparator.comparing(KeyValueRecord::key);
            case VERSION -> Comparator.comparingLong(KeyValueRecord::version);
            case CREATE -> Comparator.comparingLong(KeyValueRecord::createRevision);
            case MOD -> Comparator.comparingLong(KeyValueRecord::modRevision);
            case VALUE -> (a, b) -> a.compareValue(b.value());
        };
    }
}
