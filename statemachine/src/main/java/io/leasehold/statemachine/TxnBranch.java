package io.leasehold.statemachine;

import io.leasehold.mvcc.KeyRange;
import io.leasehold.mvcc.KeyValueRecord;
import io.leasehold.mvcc.RangeResult;
import io.leasehold.mvcc.StoreView;
import io.leasehold.protocol.ByteSequence;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The branch that a transaction takes, chosen for it and all nested in that branch on the state before it: no nested
 * compare sees what the transaction writes (as in etcd's {@code compareToPath}).
 *
 * @param nested the branches of the transactions among {@code ops}, in order
 */
record TxnBranch(boolean succeeded, List<Command.Op> ops, List<TxnBranch> nested) {
    /** A compare over a range looks at this many keys at a time, so that a wide one costs no memory. */
    private static final int COMPARE_SLICE_KEYS = 1_000;

    private static final ByteSequence ZERO = ByteSequence.wrap(new byte[1]);

    static TxnBranch choose(StoreView before, Command.Txn txn) {
        boolean succeeded = true;
        for (Command.Compare compare : txn.compares()) {
            if (!holds(before, compare)) {
                succeeded = false;
                break;
            }
        }
        List<Command.Op> ops = succeeded ? txn.success() : txn.failure();
        List<TxnBranch> nested = List.of();
        for (Command.Op op : ops) {
            if (op instanceof Command.Txn inner) {
                if (nested.isEmpty()) {
                    nested = new ArrayList<>();
                }
                nested.add(choose(before, inner));
            }
        }
        return new TxnBranch(succeeded, ops, nested);
    }

    /** Whether the compare holds for every key of its range; an empty range is judged as a missing key is. */
    private static boolean holds(StoreView view, Command.Compare compare) {
        KeyRange range = compare.range();
        if (range.isSingle()) {
            return holds(view.get(range.key()).orElse(null), compare);
        }
        RangeResult slice = view.range(range, 0, COMPARE_SLICE_KEYS);
        if (slice.records().isEmpty()) {
            return holds((KeyValueRecord) null, compare);
        }
        while (!slice.records().isEmpty()) {
            for (KeyValueRecord record : slice.records()) {
                if (!holds(record, compare)) {
                    return false;
                }
            }
            ByteSequence next = slice.records().getLast().key().concat(ZERO);
            slice = view.range(KeyRange.of(next, range.end()), 0, COMPARE_SLICE_KEYS);
        }
        return true;
    }

    private static boolean holds(@Nullable KeyValueRecord record, Command.Compare compare) {
        if (record == null) {
            // A missing value is not an empty one, so nothing holds for it; a missing number is 0.
            return compare.target() != Command.CompareTarget.VALUE
                    && holds(Long.compare(0, numberOrZero(compare)), compare.operator());
        }
        int order =
                switch (compare.target()) {
                    case VERSION -> Long.compare(record.version(), compare.number());
                    case CREATE -> Long.compare(record.createRevision(), compare.number());
                    case MOD -> Long.compare(record.modRevision(), compare.number());
                    case LEASE -> Long.compare(record.leaseId(), compare.number());
                    case VALUE -> record.compareValue(compare.value());
                    case UNKNOWN -> 0;
                };
        return holds(order, compare.operator());
    }

    private static long numberOrZero(Command.Compare compare) {
        return compare.target() == Command.CompareTarget.UNKNOWN ? 0 : compare.number();
    }

    private static boolean holds(int order, Command.CompareOperator operator) {
        return switch (operator) {
            case EQUAL -> order == 0;
            case GREATER -> order > 0;
            case LESS -> order < 0;
            case NOT_EQUAL -> order != 0;
            case UNKNOWN -> true;
        };
    }
}
