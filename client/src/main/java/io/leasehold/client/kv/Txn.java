package io.leasehold.client.kv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A transaction being put together: {@code kv.txn().when(…).then(…).otherwise(…).commit()}. Each part may be called any
 * number of times, in any order, and adds to what is there. For one thread.
 */
public final class Txn {
    private final Kv kv;
    private final List<Compare> compares = new ArrayList<>();
    private final List<Op> success = new ArrayList<>();
    private final List<Op> failure = new ArrayList<>();

    /** Begins an empty one; usually by {@link Kv#txn()}. */
    public Txn(Kv kv) {
        this.kv = kv;
    }

    /** All of these must hold, with those already there. */
    public Txn when(Compare... conditions) {
        return when(Arrays.asList(conditions));
    }

    /** All of these must hold, with those already there. */
    public Txn when(Collection<Compare> conditions) {
        compares.addAll(conditions);
        return this;
    }

    /** Done in this order if all conditions hold. */
    public Txn then(Op... operations) {
        return then(Arrays.asList(operations));
    }

    /** Done in this order if all conditions hold. */
    public Txn then(Collection<? extends Op> operations) {
        success.addAll(operations);
        return this;
    }

    /** Done in this order if a condition does not hold. */
    public Txn otherwise(Op... operations) {
        return otherwise(Arrays.asList(operations));
    }

    /** Done in this order if a condition does not hold. */
    public Txn otherwise(Collection<? extends Op> operations) {
        failure.addAll(operations);
        return this;
    }

    /** What has been put together so far. */
    public Op.TxnRequest request() {
        return new Op.TxnRequest(compares, success, failure);
    }

    /** Sends it; all or nothing of a branch is done, in one revision. */
    public CompletableFuture<TxnResult> commit() {
        return kv.commit(request());
    }
}
