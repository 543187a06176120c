package io.leasehold.statemachine;

import io.leasehold.mvcc.StoreView;

/** stub */
@SuppressWarnings("DoNotCallSuggester")
public final class RangeEvaluator {
    private RangeEvaluator() {}

    /** Evaluates. */
    public static Outcome.RangeAnswer evaluate(StoreView view, Command.Range range) {
        throw new UnsupportedOperationException("not yet: " + view + range);
    }
}
