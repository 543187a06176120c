package io.leasehold.jetcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.kv.Sort;
import java.util.List;

/** Transactions that jetcd has put together, as the client's. Pure. */
final class Transactions {
    private Transactions() {}

    static Op.TxnRequest of(TxnRequest request) {
        return new Op.TxnRequest(
                request.getCompareList().stream().map(Transactions::compare).toList(),
                operations(request.getSuccessList()),
                operations(request.getFailureList()));
    }

    private static List<Op> operations(List<RequestOp> operations) {
        return operations.stream().map(Transactions::operation).toList();
    }

    private static Op operation(RequestOp operation) {
        return switch (operation.getRequestCase()) {
            case REQUEST_RANGE -> get(operation.getRequestRange());
            case REQUEST_PUT -> put(operation.getRequestPut());
            case REQUEST_DELETE_RANGE -> delete(operation.getRequestDeleteRange());
            case REQUEST_TXN -> Op.txn(of(operation.getRequestTxn()));
            case REQUEST_NOT_SET -> throw new IllegalArgumentException("an operation of no kind");
        };
    }

    private static KeyRange range(ByteString key, ByteString end) {
        return new KeyRange(Messages.own(key), Messages.own(end));
    }

    private static Op get(RangeRequest request) {
        GetOptions.Content content = request.getCountOnly()
                ? GetOptions.Content.COUNT_ONLY
                : request.getKeysOnly() ? GetOptions.Content.KEYS_ONLY : GetOptions.Content.KEYS_AND_VALUES;
        return Op.get(
                range(request.getKey(), request.getRangeEnd()),
                new GetOptions(
                        request.getLimit(),
                        request.getRevision(),
                        new Sort(target(request.getSortTarget()), order(request.getSortOrder())),
                        request.getSerializable(),
                        content,
                        new GetOptions.RevisionFilter(
                                request.getMinModRevision(),
                                request.getMaxModRevision(),
                                request.getMinCreateRevision(),
                                request.getMaxCreateRevision())));
    }

    static Sort.Target target(RangeRequest.SortTarget target) {
        return switch (target) {
            case KEY, UNRECOGNIZED -> Sort.Target.KEY;
            case VERSION -> Sort.Target.VERSION;
            case CREATE -> Sort.Target.CREATE_REVISION;
            case MOD -> Sort.Target.MOD_REVISION;
            case VALUE -> Sort.Target.VALUE;
        };
    }

    static Sort.Order order(RangeRequest.SortOrder order) {
        return switch (order) {
            case NONE, UNRECOGNIZED -> Sort.Order.NONE;
            case ASCEND -> Sort.Order.ASCENDING;
            case DESCEND -> Sort.Order.DESCENDING;
        };
    }

    private static Op put(PutRequest request) {
        return Op.put(
                Messages.own(request.getKey()),
                Messages.own(request.getValue()),
                new PutOptions(
                        request.getLease(), request.getPrevKv(), request.getIgnoreValue(), request.getIgnoreLease()));
    }

    private static Op delete(DeleteRangeRequest request) {
        return Op.delete(range(request.getKey(), request.getRangeEnd()), request.getPrevKv());
    }

    private static Compare compare(io.etcd.jetcd.api.Compare compare) {
        Compare.Relation relation =
                switch (compare.getResult()) {
                    case EQUAL, UNRECOGNIZED -> Compare.Relation.EQUAL;
                    case GREATER -> Compare.Relation.GREATER;
                    case LESS -> Compare.Relation.LESS;
                    case NOT_EQUAL -> Compare.Relation.NOT_EQUAL;
                };
        Compare.Operand operand =
                switch (compare.getTarget()) {
                    case VERSION, UNRECOGNIZED -> number(Compare.Property.VERSION, compare.getVersion());
                    case CREATE -> number(Compare.Property.CREATE_REVISION, compare.getCreateRevision());
                    case MOD -> number(Compare.Property.MOD_REVISION, compare.getModRevision());
                    case VALUE -> new Compare.Operand.OfValue(Messages.own(compare.getValue()));
                };
        return new Compare(range(compare.getKey(), compare.getRangeEnd()), relation, operand);
    }

    private static Compare.Operand number(Compare.Property property, long value) {
        return new Compare.Operand.OfNumber(property, value);
    }
}
