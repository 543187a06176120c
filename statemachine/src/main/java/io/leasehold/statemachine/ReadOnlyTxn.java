package io.leasehold.statemachine;

import io.leasehold.mvcc.StoreView;
import io.leasehold.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/** Answers a transaction of ranges alone ({@link Command.Txn#isReadOnly()}) from a snapshot. Pure; any thread. */
public final class ReadOnlyTxn {
    private ReadOnlyTxn() {}

    /**
     * {@link Outcome.TxnDone}, or refused if one of its ranges asks for a revision that cannot be read.
     *
     * @param txn read only; anything else is a bug of the caller
     */
    public static Outcome evaluate(StoreView view, Command.Txn txn) {
        TxnBranch branch = TxnBranch.choose(view, txn);
        for (Command.Op op : branch.ops()) {
            ErrorCode refusal = RangeEvaluator.checkInTxn(view, range(op));
            if (refusal != null) {
                return new Outcome.Refused(refusal);
            }
        }
        long revision = view.revision();
        List<Outcome.OpResult> results = new ArrayList<>(branch.ops().size());
        for (Command.Op op : branch.ops()) {
            results.add(RangeEvaluator.read(view, range(op), revision));
        }
        return new Outcome.TxnDone(revision, branch.succeeded(), results);
    }

    private static Command.Range range(Command.Op op) {
        if (op instanceof Command.Range range) {
            return range;
        }
        throw new IllegalStateException("a read-only transaction holds " + op);
    }
}
