package io.leasehold.client.kv;

import io.leasehold.client.call.Header;
import java.util.List;

/**
 * What a transaction did.
 *
 * @param succeeded whether all comparisons held, and so which branch ran
 * @param results one for each operation of that branch, in its order
 */
public record TxnResult(Header header, boolean succeeded, List<OpResult> results) implements OpResult {
    public TxnResult {
        results = List.copyOf(results);
    }

    /** The answer of the read at this place of the branch; ClassCastException if it is something else. */
    public GetResult get(int index) {
        return (GetResult) results.get(index);
    }

    /** The answer of the put at this place of the branch. */
    public PutResult put(int index) {
        return (PutResult) results.get(index);
    }

    /** The answer of the delete at this place of the branch. */
    public DeleteResult delete(int index) {
        return (DeleteResult) results.get(index);
    }

    /** The answer of the transaction at this place of the branch. */
    public TxnResult txn(int index) {
        return (TxnResult) results.get(index);
    }
}
