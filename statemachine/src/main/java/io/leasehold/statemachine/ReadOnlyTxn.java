package io.leasehold.statemachine;

import io.leasehold.mvcc.StoreView;

/** stub */
@SuppressWarnings("DoNotCallSuggester")
public final class ReadOnlyTxn {
    private ReadOnlyTxn() {}

    /** Evaluates. */
    public static Outcome evaluate(StoreView view, Command.Txn txn) {
        throw new UnsupportedOperationException("not yet: " + view + txn);
    }
}
