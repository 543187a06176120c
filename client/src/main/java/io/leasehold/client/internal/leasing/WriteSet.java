package io.leasehold.client.internal.leasing;

import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.Op;
import io.leasehold.protocol.ByteSequence;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a transaction may change, whichever of its branches are taken.
 *
 * @param keys single ones
 * @param ranges of which all keys are deleted
 */
record WriteSet(Set<ByteSequence> keys, List<KeyRange> ranges) {
    /** Of a transaction; IllegalArgumentException if it touches leasing keys. */
    static WriteSet of(Op.TxnRequest txn, LeasingKeys names) {
        WriteSet set = new WriteSet(new LinkedHashSet<>(), new ArrayList<>());
        set.collect(txn, names);
        return set;
    }

    boolean isEmpty() {
        return keys.isEmpty() && ranges.isEmpty();
    }

    private void collect(Op.TxnRequest txn, LeasingKeys names) {
        for (Compare condition : txn.compares()) {
            names.checkIfSingle(condition.range());
        }
        txn.success().forEach(op -> collect(op, names));
        txn.failure().forEach(op -> collect(op, names));
    }

    private void collect(Op op, LeasingKeys names) {
        if (op instanceof Op.Put put) {
            names.check(put.key());
            keys.add(put.key());
        } else if (op instanceof Op.Delete delete) {
            names.checkDisjoint(delete.range());
            if (delete.range().isSingle()) {
                keys.add(delete.range().key());
            } else {
                ranges.add(delete.range());
            }
        } else if (op instanceof Op.Get get) {
            names.checkIfSingle(get.range());
        } else if (op instanceof Op.Nested nested) {
            collect(nested.txn(), names);
        }
    }
}
