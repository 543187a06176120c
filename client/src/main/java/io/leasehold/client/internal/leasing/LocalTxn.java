package io.leasehold.client.internal.leasing;

import io.leasehold.client.call.Header;
import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.OpResult;
import io.leasehold.client.kv.TxnResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A transaction without writes, answered from what is owned, or not at all. Any thread; for one use.
 *
 * <p>All its keys are looked at twice. If every one is the same object the second time, then they all stood like that
 * together at the moment between.
 */
final class LocalTxn {
    private final LeasingCore core;
    private final Header header;
    private final Map<OwnedKey, OwnedKey.Ownership> seen = new HashMap<>();

    /** Something of it is not owned, or cannot be answered from here. */
    private boolean missing;

    LocalTxn(LeasingCore core) {
        this.core = core;
        this.header = core.header();
    }

    /** What it answers; empty when the server has to be asked. */
    Optional<TxnResult> answer(Op.TxnRequest txn) {
        TxnResult result = evaluate(txn);
        return !missing && isStill() ? Optional.of(result) : Optional.empty();
    }

    private TxnResult evaluate(Op.TxnRequest txn) {
        boolean succeeded = true;
        for (Compare condition : txn.compares()) {
            succeeded &= LocalAnswers.holds(condition, find(condition.range()));
        }
        List<OpResult> results = new ArrayList<>();
        for (Op op : succeeded ? txn.success() : txn.failure()) {
            if (op instanceof Op.Get get && get.options().revision() == 0) {
                results.add(LocalAnswers.get(find(get.range()), get.options(), header));
            } else if (op instanceof Op.Nested nested) {
                results.add(evaluate(nested.txn()));
            } else {
                missing = true;
            }
        }
        return new TxnResult(header, succeeded, results);
    }

    private @Nullable KeyValue find(KeyRange range) {
        OwnedKey entry = range.isSingle() ? core.cache().find(range.key()) : null;
        OwnedKey.Ownership owned = entry == null ? null : seen.computeIfAbsent(entry, OwnedKey::ownership);
        OwnedKey.Snapshot snapshot = owned == null ? null : owned.snapshot();
        if (entry == null || snapshot == null) {
            missing = true;
            return null;
        }
        entry.use();
        return snapshot.entry();
    }

    @SuppressWarnings("ReferenceEquality") // An equal one may have come back.
    private boolean isStill() {
        boolean same = !seen.isEmpty();
        for (Map.Entry<OwnedKey, OwnedKey.Ownership> each : seen.entrySet()) {
            same &= each.getKey().ownership() == each.getValue();
        }
        return same && seen.values().stream().allMatch(owned -> core.holds(owned.leaseId()));
    }
}
