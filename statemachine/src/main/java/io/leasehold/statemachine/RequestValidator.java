package io.leasehold.statemachine;

import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.AlarmRequest;
import io.leasehold.protocol.etcdserverpb.Compare;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RequestOp;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import java.util.List;
import java.util.Optional;

/**
 * What a request must be before it is proposed, judged in etcd's order (kv.md 2.1, 6.2): the first rule broken answers.
 * Pure; any thread.
 */
public final class RequestValidator {
    /** Most ops or compares of one transaction unless configured otherwise; etcd's default. */
    public static final int TXN_OPS_DEFAULT_MAX = 128;

    /**
     * How many transactions may lie in each other, the outermost included. Each but the innermost holds at least one op, so
     * that etcd's default limit of ops allows no more; a higher limit of ops must not let a request overflow the stack of a
     * replica.
     */
    public static final int TXN_NESTING_MAX = TXN_OPS_DEFAULT_MAX + 1;

    /** Largest encoded request unless configured otherwise; etcd's default. */
    public static final int REQUEST_BYTES_DEFAULT_MAX = 1_572_864;

    private RequestValidator() {}

    /** Rules for a range: a key, and a sort order and target that exist. */
    public static Optional<ErrorCode> range(RangeRequest request) {
        if (request.getKey().isEmpty()) {
            return Optional.of(ErrorCode.EMPTY_KEY);
        }
        if (request.getSortOrder() == RangeRequest.SortOrder.UNRECOGNIZED
                || request.getSortTarget() == RangeRequest.SortTarget.UNRECOGNIZED) {
            return Optional.of(ErrorCode.INVALID_SORT_OPTION);
        }
        return Optional.empty();
    }

    /** Rules for a put: a key; no value or lease beside the wish to keep the one there is. */
    public static Optional<ErrorCode> put(PutRequest request) {
        return put(
                request.getKey().isEmpty(),
                request.getIgnoreValue() && !request.getValue().isEmpty(),
                request.getIgnoreLease() && request.getLease() != 0);
    }

    /** The same rules for a put that was decoded straight into a command. */
    public static Optional<ErrorCode> put(Command.Put put) {
        return put(
                put.key().isEmpty(),
                put.ignoreValue() && !put.value().isEmpty(),
                put.ignoreLease() && put.leaseId() != 0);
    }

    private static Optional<ErrorCode> put(boolean emptyKey, boolean valueAndKept, boolean leaseAndKept) {
        if (emptyKey) {
            return Optional.of(ErrorCode.EMPTY_KEY);
        }
        if (valueAndKept) {
            return Optional.of(ErrorCode.VALUE_PROVIDED);
        }
        return leaseAndKept ? Optional.of(ErrorCode.LEASE_PROVIDED) : Optional.empty();
    }

    /** Rules for a delete: a key. */
    public static Optional<ErrorCode> deleteRange(DeleteRangeRequest request) {
        return request.getKey().isEmpty() ? Optional.of(ErrorCode.EMPTY_KEY) : Optional.empty();
    }

    /**
     * Rules for a transaction: number of ops, compares' keys, each op's own rules (nested ones with what their parent
     * left of the number), then that no list changes a key twice.
     *
     * @param txnOpsMax most compares or ops in one list
     */
    public static Optional<ErrorCode> txn(TxnRequest request, int txnOpsMax) {
        Optional<ErrorCode> broken = txnShape(request, txnOpsMax, TXN_NESTING_MAX);
        return broken.isPresent() ? broken : TxnOverlap.check(request);
    }

    /** Rules for an alarm request: an action that exists (etcd's server dies of others). */
    public static Optional<ErrorCode> alarm(AlarmRequest request) {
        return request.getAction() == AlarmRequest.AlarmAction.UNRECOGNIZED
                ? Optional.of(ErrorCode.UNKNOWN_ALARM_ACTION)
                : Optional.empty();
    }

    /** Whether a request of that encoded size may be proposed; {@code sizeBytesMax} itself may. */
    public static Optional<ErrorCode> size(long sizeBytes, long sizeBytesMax) {
        return sizeBytes > sizeBytesMax ? Optional.of(ErrorCode.REQUEST_TOO_LARGE) : Optional.empty();
    }

    private static Optional<ErrorCode> txnShape(TxnRequest txn, int opsLeft, int nestingLeft) {
        int ops = Math.max(txn.getCompareCount(), Math.max(txn.getSuccessCount(), txn.getFailureCount()));
        if (ops > opsLeft || nestingLeft == 0) {
            return Optional.of(ErrorCode.TOO_MANY_OPS);
        }
        for (Compare compare : txn.getCompareList()) {
            if (compare.getKey().isEmpty()) {
                return Optional.of(ErrorCode.EMPTY_KEY);
            }
        }
        Optional<ErrorCode> broken = opShapes(txn.getSuccessList(), opsLeft - ops, nestingLeft - 1);
        return broken.isPresent() ? broken : opShapes(txn.getFailureList(), opsLeft - ops, nestingLeft - 1);
    }

    private static Optional<ErrorCode> opShapes(List<RequestOp> ops, int opsLeft, int nestingLeft) {
        for (RequestOp op : ops) {
            Optional<ErrorCode> broken =
                    switch (op.getRequestCase()) {
                        case REQUEST_RANGE -> range(op.getRequestRange());
                        case REQUEST_PUT -> put(op.getRequestPut());
                        case REQUEST_DELETE_RANGE -> deleteRange(op.getRequestDeleteRange());
                        case REQUEST_TXN -> txnShape(op.getRequestTxn(), opsLeft, nestingLeft);
                        case REQUEST_NOT_SET -> Optional.of(ErrorCode.KEY_NOT_FOUND);
                    };
            if (broken.isPresent()) {
                return broken;
            }
        }
        return Optional.empty();
    }
}
