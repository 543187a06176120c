package io.leasehold.statemachine;

import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import io.leasehold.protocol.etcdserverpb.RequestOp;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Refuses a transaction one of whose lists would change a key twice (kv.md 6.3), as etcd judges it: deletes of the
 * list, then its nested transactions in order, then its puts. Two cases that change a key twice are let through, as
 * etcd does: a nested delete behind a nested put of the same key (the walk only looks forward), and an open-ended
 * delete, which the judgement takes for an empty range. Both are deterministic: ops run in order.
 */
final class TxnOverlap {
    private static final Optional<ErrorCode> DUPLICATE = Optional.of(ErrorCode.DUPLICATE_KEY);

    /** Keys that are put in the list walked, nested lists included. */
    private final Set<ByteSequence> puts = new HashSet<>();

    private final DeletedKeys deletes = new DeletedKeys();

    private TxnOverlap() {}

    static Optional<ErrorCode> check(TxnRequest txn) {
        Optional<ErrorCode> broken = new TxnOverlap().walk(txn.getSuccessList());
        return broken.isPresent() ? broken : new TxnOverlap().walk(txn.getFailureList());
    }

    private Optional<ErrorCode> walk(List<RequestOp> ops) {
        for (RequestOp op : ops) {
            if (op.hasRequestDeleteRange()) {
                deletes.add(op.getRequestDeleteRange());
            }
        }
        for (RequestOp op : ops) {
            if (op.hasRequestTxn()) {
                Optional<ErrorCode> broken = walkNested(op.getRequestTxn());
                if (broken.isPresent()) {
                    return broken;
                }
            }
        }
        for (RequestOp op : ops) {
            if (op.hasRequestPut() && !addPut(Requests.bytes(op.getRequestPut().getKey()))) {
                return DUPLICATE;
            }
        }
        return Optional.empty();
    }

    private Optional<ErrorCode> walkNested(TxnRequest txn) {
        TxnOverlap success = new TxnOverlap();
        TxnOverlap failure = new TxnOverlap();
        Optional<ErrorCode> broken = success.walk(txn.getSuccessList());
        if (broken.isEmpty()) {
            broken = failure.walk(txn.getFailureList());
        }
        if (broken.isPresent()) {
            return broken;
        }
        for (ByteSequence key : success.puts) {
            if (!addPut(key)) {
                return DUPLICATE;
            }
        }
        for (ByteSequence key : failure.puts) {
            // Only one of the two branches runs, so a key in both is put once.
            boolean inBothBranches = success.puts.contains(key);
            if (!inBothBranches && !addPut(key)) {
                return DUPLICATE;
            }
        }
        deletes.addAll(success.deletes);
        deletes.addAll(failure.deletes);
        return Optional.empty();
    }

    /** False if the key is put or deleted already. */
    private boolean addPut(ByteSequence key) {
        return !deletes.contains(key) && puts.add(key);
    }

    /** Disjoint half-open intervals; looking a key up costs O(log n), so that a large request stays cheap to judge. */
    private static final class DeletedKeys {
        private static final ByteSequence ZERO = ByteSequence.wrap(new byte[1]);

        private final TreeMap<ByteSequence, ByteSequence> endByBegin = new TreeMap<>();

        void add(DeleteRangeRequest delete) {
            ByteSequence begin = Requests.bytes(delete.getKey());
            ByteSequence end = Requests.bytes(delete.getRangeEnd());
            add(begin, end.isEmpty() ? begin.concat(ZERO) : end);
        }

        void addAll(DeletedKeys others) {
            others.endByBegin.forEach(this::add);
        }

        private void add(ByteSequence begin, ByteSequence end) {
            if (begin.compareTo(end) >= 0) {
                return;
            }
            ByteSequence mergedBegin = begin;
            ByteSequence mergedEnd = end;
            Map.Entry<ByteSequence, ByteSequence> neighbour = endByBegin.lowerEntry(mergedEnd);
            while (neighbour != null && neighbour.getValue().compareTo(mergedBegin) > 0) {
                endByBegin.remove(neighbour.getKey());
                mergedBegin = min(mergedBegin, neighbour.getKey());
                mergedEnd = max(mergedEnd, neighbour.getValue());
                neighbour = endByBegin.lowerEntry(mergedEnd);
            }
            endByBegin.put(mergedBegin, mergedEnd);
        }

        boolean contains(ByteSequence key) {
            Map.Entry<ByteSequence, ByteSequence> entry = endByBegin.floorEntry(key);
            return entry != null && key.compareTo(entry.getValue()) < 0;
        }

        private static ByteSequence min(ByteSequence a, ByteSequence b) {
            return a.compareTo(b) <= 0 ? a : b;
        }

        private static ByteSequence max(ByteSequence a, ByteSequence b) {
            return a.compareTo(b) >= 0 ? a : b;
        }
    }
}
