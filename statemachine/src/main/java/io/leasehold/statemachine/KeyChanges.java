package io.leasehold.statemachine;

import io.leasehold.lease.LeaseTable;
import io.leasehold.mvcc.KeyRange;
import io.leasehold.mvcc.KeyValueRecord;
import io.leasehold.mvcc.RevisionStore;
import io.leasehold.mvcc.StoreView;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Applies what clients do to keys: puts, deletes and transactions (kv.md 4 to 6), and keeps the leases' lists of keys
 * in step. Applier thread.
 */
final class KeyChanges {
    private final RevisionStore store;
    private final LeaseTable leases;
    private final OperationTally tally = new OperationTally();

    KeyChanges(RevisionStore store, LeaseTable leases) {
        this.store = store;
        this.leases = leases;
    }

    Outcome put(Command.Put put) {
        if (put.leaseId() != 0 && !leases.contains(put.leaseId())) {
            return new Outcome.Refused(ErrorCode.LEASE_NOT_FOUND);
        }
        KeyValueRecord previous = store.seek(put.key()).orElse(null);
        if (previous == null && (put.ignoreValue() || put.ignoreLease())) {
            return new Outcome.Refused(ErrorCode.KEY_NOT_FOUND);
        }
        write(put, previous);
        return new Outcome.Written(finishRevision(), put.prevKv() ? previous : null);
    }

    Outcome deleteRange(Command.DeleteRange delete) {
        List<KeyValueRecord> deleted = delete(delete.range());
        return new Outcome.Deleted(finishRevision(), deleted.size(), delete.prevKv() ? deleted : List.of());
    }

    /** Deletes the keys, in bytewise order, of a lease that has ended; {@link #finishRevision} ends the revision. */
    void deleteLeased(List<ByteSequence> keys) {
        tally.delete(keys.size());
        store.deleteAll(keys);
    }

    /**
     * Every replica runs the same checks of the ranges, whether it builds their answers or not: else one would refuse
     * what the others write (kv.md 6.7).
     */
    Outcome txn(Command.Txn txn, boolean wantResult) {
        StoreView before = store.current();
        TxnBranch branch = TxnBranch.choose(before, txn);
        ErrorCode refusal = check(before, branch);
        if (refusal != null) {
            return new Outcome.Refused(refusal);
        }
        List<Outcome.OpResult> results = new Run(before.revision(), wantResult).run(branch);
        return new Outcome.TxnDone(finishRevision(), branch.succeeded(), results);
    }

    /** Ends the revision of a command, if it has opened one, and returns the newest. */
    long finishRevision() {
        tally.endOfCommand();
        return store.finishRevision();
    }

    /** What has been done since the last call. */
    OperationCounts takeCounts() {
        return tally.take();
    }

    /** Whether the transaction would take its success branch now. */
    boolean wouldSucceed(Command.Txn txn) {
        return TxnBranch.choose(store.current(), txn).succeeded();
    }

    /** Why the branch cannot run, judged on the state before it; null if it can. Nothing has been written yet. */
    private @Nullable ErrorCode check(StoreView before, TxnBranch branch) {
        int nested = 0;
        for (Command.Op op : branch.ops()) {
            ErrorCode refusal =
                    switch (op) {
                        case Command.Put put -> checkPutInTxn(before, put);
                        case Command.Range range -> RangeEvaluator.checkInTxn(before, range);
                        case Command.DeleteRange delete -> null;
                        case Command.Txn txn -> check(before, branch.nested().get(nested++));
                    };
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    /** In the order of etcd 3.6, which is not the one of a plain put. */
    private @Nullable ErrorCode checkPutInTxn(StoreView before, Command.Put put) {
        boolean needsKey = put.ignoreValue() || put.ignoreLease();
        if (needsKey && before.get(put.key()).isEmpty()) {
            return ErrorCode.KEY_NOT_FOUND;
        }
        return put.leaseId() != 0 && !leases.contains(put.leaseId()) ? ErrorCode.LEASE_NOT_FOUND : null;
    }

    /**
     * Writes without ending the revision. The key was the last that the store sought.
     *
     * @param previous the key's live record; may be null in spite of ignore_*, if the same transaction has just deleted
     *     the key: then there is neither value nor lease to keep
     */
    private void write(Command.Put put, @Nullable KeyValueRecord previous) {
        long oldLeaseId = previous == null ? 0 : previous.leaseId();
        long leaseId = put.ignoreLease() ? oldLeaseId : put.leaseId();
        ByteSequence value = put.value();
        if (put.ignoreValue() && previous != null) {
            value = previous.value();
        }
        store.putSought(put.key(), value, leaseId, previous);
        tally.put((long) put.key().length() + value.length());
        if (oldLeaseId == leaseId) {
            return;
        }
        if (oldLeaseId != 0) {
            leases.detach(oldLeaseId, put.key());
        }
        if (leaseId != 0) {
            leases.attach(leaseId, put.key());
        }
    }

    /** Deletes without ending the revision. */
    private List<KeyValueRecord> delete(KeyRange range) {
        tally.delete(1);
        List<KeyValueRecord> deleted = store.delete(range);
        for (KeyValueRecord record : deleted) {
            if (record.leaseId() != 0) {
                leases.detach(record.leaseId(), record.key());
            }
        }
        return deleted;
    }

    /** One run of a transaction's branch, which has been checked. */
    private final class Run {
        private final long revisionBefore;
        private final boolean wantResult;
        private boolean changed;

        Run(long revisionBefore, boolean wantResult) {
            this.revisionBefore = revisionBefore;
            this.wantResult = wantResult;
        }

        /** The results in order; empty if none is wanted. */
        List<Outcome.OpResult> run(TxnBranch branch) {
            List<Outcome.OpResult> results =
                    new ArrayList<>(wantResult ? branch.ops().size() : 0);
            int nested = 0;
            for (Command.Op op : branch.ops()) {
                switch (op) {
                    case Command.Put put -> add(results, put(put));
                    case Command.DeleteRange delete -> add(results, delete(delete));
                    case Command.Range range -> {
                        tally.range();
                        if (wantResult) {
                            results.add(RangeEvaluator.read(store.current(), range, revision()));
                        }
                    }
                    case Command.Txn txn -> {
                        TxnBranch inner = branch.nested().get(nested++);
                        List<Outcome.OpResult> innerResults = run(inner);
                        add(results, new Outcome.TxnDone(0, inner.succeeded(), innerResults));
                    }
                }
            }
            return results;
        }

        private void add(List<Outcome.OpResult> results, Outcome.OpResult result) {
            if (wantResult) {
                results.add(result);
            }
        }

        private Outcome.OpResult put(Command.Put put) {
            KeyValueRecord previous = store.seek(put.key()).orElse(null);
            write(put, previous);
            changed = true;
            return new Outcome.Written(revision(), put.prevKv() ? previous : null);
        }

        private Outcome.OpResult delete(Command.DeleteRange delete) {
            List<KeyValueRecord> deleted = KeyChanges.this.delete(delete.range());
            changed |= !deleted.isEmpty();
            return new Outcome.Deleted(revision(), deleted.size(), delete.prevKv() ? deleted : List.of());
        }

        /** The revision an inner header shows: the new one from the first change on. */
        private long revision() {
            return changed ? revisionBefore + 1 : revisionBefore;
        }
    }
}
